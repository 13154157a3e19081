import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agencies are records with names, dates and successors (domain §1); a fund has lead agencies and names of its own. */
export class Agencies1700000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AGENCIES);
    await runner.query(GUARDS);
    await runner.query(FUNDS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const AGENCIES = `
CREATE TABLE agency (
  -- by which lines and officers name it: 市經貿委
  code         text PRIMARY KEY CHECK (code ~ '^市\\S{1,49}$'),
  name_zh_hant text NOT NULL,
  name_zh_hans text NOT NULL,
  name_en      text NOT NULL,
  -- first and last day; null: not known, or still there
  valid_from   date,
  valid_to     date,
  -- who took over its lines and awards
  successors   text[] NOT NULL DEFAULT '{}' CHECK (cardinality(successors) <= 10),
  version      integer NOT NULL DEFAULT 1,
  CHECK (valid_to >= valid_from)
);
INSERT INTO agency (code, name_zh_hant, name_zh_hans, name_en)
SELECT DISTINCT code, code, code, code
  FROM (SELECT unnest(lead_agencies) AS code FROM programme_line UNION SELECT agency FROM app_user WHERE agency IS NOT NULL) known;
`;

const GUARDS = `
-- Successors are agencies that are there, none is its own by way of others, and none begins before whom it succeeds.
CREATE FUNCTION agency_succession() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- One change of the succession at a time: two that are right by themselves may close a circle together.
  PERFORM pg_advisory_xact_lock(x'464c4147'::integer, 0);
  IF EXISTS (SELECT FROM agency a CROSS JOIN LATERAL unnest(a.successors) AS s (code) LEFT JOIN agency n ON n.code = s.code
              WHERE n.code IS NULL OR a.valid_from IS NOT NULL AND (n.valid_from IS NULL OR n.valid_from < a.valid_from)) THEN
    RAISE EXCEPTION 'A successor is not there, or begins before whom it succeeds' USING ERRCODE = 'FL008';
  END IF;
  IF EXISTS (
    WITH RECURSIVE behind (first, code) AS (
      SELECT a.code, s.code FROM agency a CROSS JOIN LATERAL unnest(a.successors) AS s (code)
       UNION
      SELECT b.first, s.code FROM behind b JOIN agency a ON a.code = b.code CROSS JOIN LATERAL unnest(a.successors) AS s (code))
    SELECT FROM behind WHERE first = code) THEN
    RAISE EXCEPTION 'An agency would succeed itself' USING ERRCODE = 'FL008';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER agency_succession AFTER INSERT OR UPDATE ON agency FOR EACH STATEMENT EXECUTE FUNCTION agency_succession();
`;

const FUNDS = `
ALTER TABLE fund
  -- what people call it: {zhHant, zhHans, en}
  ADD names jsonb,
  ADD lead_agencies text[] NOT NULL DEFAULT '{}';
`;
