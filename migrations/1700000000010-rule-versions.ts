import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A line's rule has versions, each with the day from which it holds (domain §5, Line rules); lines say what they pay and how we read them. */
export class RuleVersions1700000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VERSIONS);
    await runner.query(LINES);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const VERSIONS = `
-- What the awards of a line are judged by that were reserved from that day on. Never changed: a correction is a later version of the same day.
CREATE TABLE line_rule_version (
  fund_id     integer NOT NULL,
  line_id     integer NOT NULL,
  -- counted within the line
  number      integer NOT NULL CHECK (number > 0),
  valid_from  date NOT NULL,
  rule        jsonb NOT NULL,
  -- of the first version there may be none
  reason      text,
  document_no text,
  changed_by  uuid NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (fund_id, line_id, number),
  FOREIGN KEY (fund_id, line_id) REFERENCES programme_line (fund_id, id),
  CHECK (number = 1 OR reason IS NOT NULL AND document_no IS NOT NULL)
);
CREATE TRIGGER line_rule_version_stays BEFORE UPDATE OR DELETE ON line_rule_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_rule_version_not_truncated BEFORE TRUNCATE ON line_rule_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- The rule that a line has now is its first version: what it was before was not kept.
INSERT INTO line_rule_version (fund_id, line_id, number, valid_from, rule, changed_by)
SELECT l.fund_id, l.id, 1, make_date(f.first_year, 1, 1), l.rule, '00000000-0000-7000-8000-000000000000'
  FROM programme_line l JOIN fund f ON f.id = l.fund_id;
`;

const LINES = `
ALTER TABLE programme_line
  DROP COLUMN rule,
  -- what is paid, and what of the clause is our interpretation: {zhHant, zhHans, en}
  ADD pays jsonb,
  ADD reading jsonb;
`;
