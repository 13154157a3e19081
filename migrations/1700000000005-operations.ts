import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operating needs: the sealed secret, and indexes by which the old, the open and the settled are found. */
export class Operations1700000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- The secret under which stored digests are made (persons, requests), sealed under a process's SECRET_KEY. One row; NULL: the database is
-- from before this table, and its digests were made under SECRET_KEY itself.
CREATE TABLE sealed_secret (
  only_one  boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- says which SECRET_KEY it is sealed under, and nothing of it
  key_id    text,
  -- AES-256-GCM: nonce (12 bytes), tag (16), cipher text
  sealed    bytea,
  sealed_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((key_id IS NULL) = (sealed IS NULL))
);
INSERT INTO sealed_secret (only_one) SELECT true WHERE EXISTS (SELECT FROM app_user) OR EXISTS (SELECT FROM fund);

-- A settled finding of a subject, among hundred thousands.
CREATE INDEX finding_subject ON finding (fund_id, rule, subject);
-- Runs that are under way, or failed.
CREATE INDEX reconciliation_run_open ON reconciliation_run (id) WHERE status <> 'completed';
-- Rows come in the order of time: a page of the table knows from when to when.
CREATE INDEX idempotency_key_age ON idempotency_key USING brin (recorded_at);
CREATE INDEX answer_page_age ON answer_page USING brin (recorded_at);
`);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
