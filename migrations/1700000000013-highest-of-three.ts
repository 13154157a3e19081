import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of three rewards of a year the highest alone is paid (§二(九)2): the register of the other two programmes, and the hold. */
export class HighestOfThree1700000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REGISTER);
    await runner.query(REGISTER_GUARDS);
    await runner.query(READINGS);
    await runner.query(AWARDS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const REGISTER = `
-- Rewards of the other two programmes. What was corrected or withdrawn stands in the journal; nothing is deleted.
CREATE TABLE external_award (
  fund_id       integer NOT NULL REFERENCES fund,
  id            uuid NOT NULL,
  programme     text NOT NULL CHECK (programme IN ('headquarters-reward', 'private-enterprise-reward')),
  enterprise_id uuid NOT NULL,
  -- organization code of the enterprise, or of the one that this was merged into
  root_code     text COLLATE "C" NOT NULL,
  fiscal_year   integer NOT NULL CHECK (fiscal_year BETWEEN 1900 AND 2999),
  amount_fen    bigint NOT NULL CHECK (amount_fen > 0),
  reference     text NOT NULL,
  -- the same, however it is spelt
  reference_key text COLLATE "C" NOT NULL,
  paid_on       date,
  status        text NOT NULL DEFAULT 'valid' CHECK (status IN ('valid', 'withdrawn')),
  -- why it was corrected or withdrawn
  reason        text,
  recorded_by   uuid NOT NULL,
  recorded_at   timestamptz(3) NOT NULL,
  version       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (fund_id, id)
);
CREATE INDEX external_award_root ON external_award (fund_id, root_code, fiscal_year) WHERE status = 'valid';
CREATE UNIQUE INDEX external_award_once ON external_award (fund_id, programme, reference_key, enterprise_id, fiscal_year) WHERE status = 'valid';
CREATE TRIGGER external_award_not_truncated BEFORE TRUNCATE ON external_award FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER external_award_not_deleted BEFORE DELETE ON external_award FOR EACH ROW EXECUTE FUNCTION refuse_change();
`;

const REGISTER_GUARDS = `
-- The register changes by an entry of the same transaction.
CREATE FUNCTION external_award_needs_entry() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM journal_entry WHERE fund_id = NEW.fund_id AND award_id IS NULL AND xmin = pg_current_xact_id()::xid
                                             AND (kind = 'external-award' AND details ->> 'externalAward' = NEW.id::text
                                                  OR kind IN ('merge', 'unmerge') AND TG_OP = 'UPDATE')) THEN
    RAISE EXCEPTION 'No entry records the external award' USING ERRCODE = 'FL002';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER external_award_needs_entry AFTER INSERT OR UPDATE ON external_award DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION external_award_needs_entry();
`;

const READINGS = `
-- How a fund reads "the highest of three", the latest last. A fund without one reads it by the default: any two, rewards to enterprises.
CREATE TABLE highest_of_three (
  fund_id     integer NOT NULL REFERENCES fund,
  number      integer NOT NULL CHECK (number > 0),
  reading     text NOT NULL CHECK (reading IN ('any-two', 'all-three')),
  forms       text[] NOT NULL CHECK (cardinality(forms) > 0),
  payees      text[] NOT NULL CHECK (cardinality(payees) > 0),
  reason      text NOT NULL,
  changed_by  uuid NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (fund_id, number)
);
CREATE TRIGGER highest_of_three_stays BEFORE UPDATE OR DELETE ON highest_of_three FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER highest_of_three_not_truncated BEFORE TRUNCATE ON highest_of_three FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

const AWARDS = `
ALTER TABLE award
  -- a reward of another programme is higher
  ADD reward_hold boolean NOT NULL DEFAULT false;
CREATE INDEX award_reward_hold ON award (fund_id, fiscal_year) WHERE reward_hold;

-- Invariant 5, from the award's side: its amounts, year and holds, and until when it may be paid all the same, are those of the last of its entries.
CREATE OR REPLACE FUNCTION award_follows_journal() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE astray text;
BEGIN
  SELECT n.number INTO astray
    FROM arrived n
    LEFT JOIN LATERAL (SELECT id, award_after FROM journal_entry
                        WHERE fund_id = n.fund_id AND award_id = n.id AND award_after[1] = n.version LIMIT 1) e ON true
   WHERE e.id IS NULL
      OR e.award_after[2:6] <> ARRAY[n.reserved_fen, n.committed_fen, n.disbursed_fen, n.released_fen, n.recovered_fen]
      OR e.award_after[7] <> n.budget_year OR (e.award_after[8] = 1) <> n.on_hold OR (coalesce(e.award_after[11], 0) = 1) <> n.rule_hold
      OR coalesce(e.award_after[12], 0) <> coalesce(to_char(n.payable_until, 'YYYYMMDD')::integer, 0)
      OR (coalesce(e.award_after[13], 0) = 1) <> n.reward_hold
   LIMIT 1;
  IF NOT FOUND AND TG_OP = 'UPDATE' THEN
    SELECT n.number INTO astray
      FROM arrived n
     CROSS JOIN LATERAL (SELECT FROM journal_entry
                          WHERE fund_id = n.fund_id AND award_id = n.id AND award_after[1] = n.version + 1 LIMIT 1) later
     LIMIT 1;
  END IF;
  IF astray IS NOT NULL THEN
    RAISE EXCEPTION 'Award % does not follow its entries', astray USING ERRCODE = 'FL006';
  END IF;
  RETURN NULL;
END $$;
`;
