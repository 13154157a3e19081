import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What requests were answered with, to the byte: a replay sends it again. */
export class Answers1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- The answers of one posting transaction, one JSON text a line, compressed (raw DEFLATE): alone each would be too short to compress.
CREATE TABLE answer_page (
  fund_id     integer NOT NULL,
  id          uuid NOT NULL,
  texts       bytea NOT NULL,
  recorded_at timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, id)
);
ALTER TABLE answer_page ALTER COLUMN texts SET STORAGE EXTERNAL;
-- Where a ledger write's answer stands; NULL: it is rebuilt from its entry (a posting of the product's own, or from before this column).
ALTER TABLE idempotency_key ADD COLUMN page_id uuid, ADD COLUMN page_line integer,
  ADD CONSTRAINT idempotency_page CHECK ((page_id IS NULL) = (page_line IS NULL));
`);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
