import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes by which lists and work lists find few rows among many; none of them takes a row that a reservation writes. */
export class Lists1700000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FINDINGS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const FINDINGS = `
-- An award's findings, the settled ones as well.
DROP INDEX finding_awards;
CREATE INDEX finding_awards ON finding USING gin (award_ids);
-- What is open, or known until a day, among hundred thousands of settled ones.
CREATE INDEX finding_open ON finding (fund_id, id) WHERE status = 'open';
CREATE INDEX finding_due ON finding (fund_id, until) WHERE status = 'acknowledged';
`;
