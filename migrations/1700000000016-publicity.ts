import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Publicity of awards (公示), and what tells that a budget entry is posted again under the same document. */
export class Publicity1700000000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PUBLICITY);
    await runner.query(DOCUMENTS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const PUBLICITY = `
-- The days on which an approved award was shown to the public. The one of the latest version counts; all stay.
CREATE TABLE publicity (
  fund_id    integer NOT NULL,
  award_id   uuid NOT NULL,
  -- version of the award after the entry that recorded it
  version    integer NOT NULL,
  shown_from date NOT NULL,
  shown_to   date NOT NULL,
  -- where it was shown: a notice's number or address
  reference  text NOT NULL,
  -- what the public objected; null: nothing
  objections text,
  PRIMARY KEY (fund_id, award_id, version),
  CONSTRAINT publicity_in_order CHECK (shown_from <= shown_to)
);
CREATE TRIGGER publicity_stays BEFORE UPDATE OR DELETE ON publicity FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER publicity_not_truncated BEFORE TRUNCATE ON publicity FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- It is recorded by an entry of the same transaction: whoever says so is known.
CREATE FUNCTION publicity_needs_entry() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM journal_entry WHERE fund_id = NEW.fund_id AND award_id = NEW.award_id AND award_after[1] = NEW.version
                                             AND kind IN ('publicity', 'reserve') AND xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'No entry records the publicity' USING ERRCODE = 'FL002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER publicity_needs_entry BEFORE INSERT ON publicity FOR EACH ROW EXECUTE FUNCTION publicity_needs_entry();
`;

const DOCUMENTS = `
-- Budget entries of a year by their amount: whether the same was posted before. Awards' entries, of which there are many, are not in it.
CREATE INDEX journal_entry_budget_amount ON journal_entry (fund_id, fiscal_year, amount_fen) WHERE award_id IS NULL;
`;
