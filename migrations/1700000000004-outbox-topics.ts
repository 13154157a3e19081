import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The outbox tells several consumers: each has rows of its own, which it alone takes. */
export class OutboxTopics1700000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- Who is told of a topic; written by the migrate command from what the rooms declare.
CREATE TABLE outbox_consumer (
  topic    text COLLATE "C" NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  PRIMARY KEY (topic, consumer)
);
-- The defaults are for processes from before this migration.
ALTER TABLE outbox ADD COLUMN topic text COLLATE "C" NOT NULL DEFAULT 'posted', ADD COLUMN consumer text COLLATE "C" NOT NULL DEFAULT 'reconciliation';
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (consumer, fund_id, fiscal_year, id);
`);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
