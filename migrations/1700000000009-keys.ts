import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One subsidy by keys (domain §5): an award meets others of its year on any key that it states, and claims all of them while it stands.
 * Keys are made by code, so awards that are there already get theirs from `fund migrate` behind this migration; until then none is reserved.
 */
export class Keys1700000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    await runner.query(EXEMPT_PAIRS);
    await runner.query(ALIASES);
    await runner.query(CLAIMS);
    await runner.query(FINDINGS);
    await runner.query(FOLDING);
    await runner.query(GUARDS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const COLUMNS = `
ALTER TABLE award
  -- by which it meets others of its year: code:…, title:…, fact:<name>:…, person:…
  ADD keys text[] COLLATE "C" NOT NULL DEFAULT '{}',
  -- version of the data by which code and title were folded; 0: not yet
  ADD folding integer NOT NULL DEFAULT 0,
  -- entry of the settlement that named it to be kept
  ADD kept uuid,
  -- a breach of its line's rule is known, and it may be paid all the same until this day
  ADD payable_until date,
  -- its amount or facts break its line's rule: not to be paid, whoever else stands for the project
  ADD rule_hold boolean NOT NULL DEFAULT false;
CREATE INDEX award_rule_hold ON award (fund_id, fiscal_year) WHERE rule_hold;
DROP INDEX award_one_subsidy;
-- What was kept before keys stays kept; of the settlement the finding is known.
UPDATE award a SET kept = f.id FROM finding f
 WHERE f.fund_id = a.fund_id AND f.rule = 'one-subsidy' AND f.resolution = 'keep' AND a.id = ANY (f.award_ids) AND a.standing;
`;

const EXEMPT_PAIRS = `
-- Two awards that meet and are different projects all the same, as finance said (domain §5).
CREATE TABLE exempt_pair (
  fund_id     integer NOT NULL,
  award_a     uuid NOT NULL,
  award_b     uuid NOT NULL,
  -- the keys that they shared then: another one makes a question of them again. '*': dismissed before keys were recorded
  keys        text[] COLLATE "C" NOT NULL CHECK (cardinality(keys) > 0),
  reason      text NOT NULL,
  -- the settlement, or the reservation that said so
  entry_id    uuid NOT NULL,
  recorded_at timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, award_a, award_b, entry_id),
  CONSTRAINT exempt_pair_in_order CHECK (award_a < award_b)
);
CREATE INDEX exempt_pair_second ON exempt_pair (fund_id, award_b);
-- A dismissal gave the award a project of its own.
INSERT INTO exempt_pair (fund_id, award_a, award_b, keys, reason, entry_id, recorded_at)
SELECT a.fund_id, least(a.id, b.id), greatest(a.id, b.id), '{*}', coalesce(e.reason, ''), e.id, e.recorded_at
  FROM project p
  JOIN award a ON a.fund_id = p.fund_id AND a.project_id = p.id
  JOIN award b ON b.fund_id = p.fund_id AND b.project_id = p.split_from AND b.fiscal_year = a.fiscal_year
  JOIN LATERAL (SELECT id, reason, recorded_at FROM journal_entry
                 WHERE fund_id = a.fund_id AND award_id = a.id AND kind = 'settle' ORDER BY id DESC LIMIT 1) e ON true
 WHERE p.split_from IS NOT NULL;
ALTER TABLE project DROP COLUMN split_from;
`;

const ALIASES = `
-- Other names and credit codes under which an enterprise was named (domain §6).
CREATE TABLE enterprise_alias (
  fund_id       integer NOT NULL,
  enterprise_id uuid NOT NULL,
  kind          text COLLATE "C" NOT NULL CHECK (kind IN ('name', 'credit-code')),
  value         text COLLATE "C" NOT NULL,
  -- the first reservation that said so
  entry_id      uuid NOT NULL,
  recorded_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, enterprise_id, kind, value)
);
CREATE TRIGGER enterprise_alias_stays BEFORE UPDATE OR DELETE ON enterprise_alias FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER enterprise_alias_not_truncated BEFORE TRUNCATE ON enterprise_alias FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

const CLAIMS = `
-- A person's year is a key like the others now.
DELETE FROM claim WHERE kind = 'person-year';
-- A unique fact is used once, whatever the line.
CREATE TABLE moved_fact AS
SELECT fund_id, key, place, award_id, substr(key, strpos(key, '|') + 1) AS new_key,
       row_number() OVER (PARTITION BY fund_id, substr(key, strpos(key, '|') + 1) ORDER BY key, place) - 1 AS new_place
  FROM claim WHERE kind = 'unique-fact';
DELETE FROM claim WHERE kind = 'unique-fact';
INSERT INTO claim (fund_id, kind, key, place, award_id) SELECT fund_id, 'unique-fact', new_key, new_place, award_id FROM moved_fact;
DROP TABLE moved_fact;
CREATE INDEX claim_shared ON claim (fund_id, key) WHERE kind = 'project-year' AND place > 0;

-- Awards give up claims of these kinds: their keys when they no longer stand, or have other keys; the others when they are released and
-- were never paid. The number of a payment or receipt is never free again.
CREATE OR REPLACE FUNCTION free_claims(fund integer, awards uuid[], kinds text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET enable_seqscan = off SET enable_hashjoin = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE freed integer;
BEGIN
  PERFORM 1
     FROM unnest(awards, kinds) AS v (award_id, kind)
     LEFT JOIN award a ON a.fund_id = fund AND a.id = v.award_id
    WHERE a.id IS NULL
       OR NOT CASE WHEN v.kind = 'project-year' THEN true
                   WHEN v.kind IN ('once-for-life', 'unique-fact')
                   THEN NOT a.live AND NOT EXISTS (SELECT FROM payment WHERE fund_id = fund AND award_id = a.id)
                   ELSE false END;
  IF FOUND THEN
    RAISE EXCEPTION 'A claim is not free while its award has it' USING ERRCODE = 'FL006';
  END IF;
  DELETE FROM claim c USING unnest(awards, kinds) AS v (award_id, kind), award a
   WHERE c.fund_id = fund AND c.award_id = v.award_id AND c.kind = v.kind AND a.fund_id = fund AND a.id = v.award_id
     AND (v.kind <> 'project-year' OR NOT a.standing
          OR NOT EXISTS (SELECT FROM unnest(a.keys) AS k (key) WHERE right(c.key, length(k.key) + 1) = '|' || k.key));
  GET DIAGNOSTICS freed = ROW_COUNT;
  RETURN freed;
END $$;
`;

const FINDINGS = `
ALTER TABLE finding
  -- acknowledged: the last day on which it is known
  ADD until date,
  DROP CONSTRAINT finding_status_check,
  ADD CONSTRAINT finding_status_check CHECK (status IN ('open', 'acknowledged', 'resolved', 'dismissed')),
  DROP CONSTRAINT finding_resolution_check,
  ADD CONSTRAINT finding_resolution_check CHECK (resolution IN ('keep', 'release', 'dismiss', 'acknowledge', 'cause-gone')),
  DROP CONSTRAINT finding_check,
  ADD CONSTRAINT finding_check CHECK ((status IN ('open', 'acknowledged')) = (resolved_at IS NULL) AND (status <> 'acknowledged' OR until IS NOT NULL));
DROP INDEX finding_open_once, finding_awards;
CREATE UNIQUE INDEX finding_open_once ON finding (fund_id, rule, subject) WHERE resolved_at IS NULL;
CREATE INDEX finding_awards ON finding USING gin (award_ids) WHERE resolved_at IS NULL;
`;

const FOLDING = `
-- Version of the data by which codes and titles are folded, and whether every award's keys are made by it.
CREATE TABLE folding (
  the_only boolean PRIMARY KEY DEFAULT true CHECK (the_only),
  version  integer NOT NULL,
  finished boolean NOT NULL
);
INSERT INTO folding (version, finished) SELECT 1, NOT EXISTS (SELECT FROM award);
`;

const GUARDS = `
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

-- A process that folds by other data reserves nothing, and none does while awards lack their keys.
CREATE FUNCTION award_is_keyed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM arrived WHERE folding IS DISTINCT FROM (SELECT version FROM folding WHERE finished) OR cardinality(keys) = 0) THEN
    RAISE EXCEPTION 'Awards are keyed by other data, or are being keyed anew' USING ERRCODE = 'FL007';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER award_is_keyed AFTER INSERT ON award REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION award_is_keyed();

CREATE FUNCTION award_keeps_keys() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'Award % has its keys', NEW.number USING ERRCODE = 'FL006';
END $$;
CREATE TRIGGER award_keeps_keys BEFORE UPDATE ON award FOR EACH ROW
  WHEN (NEW.keys IS DISTINCT FROM OLD.keys AND NEW.folding <= OLD.folding) EXECUTE FUNCTION award_keeps_keys();

CREATE TRIGGER exempt_pair_stays BEFORE UPDATE OR DELETE ON exempt_pair FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exempt_pair_not_truncated BEFORE TRUNCATE ON exempt_pair FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A pair is exempt by an entry of the same transaction: whoever asks for it is known.
CREATE FUNCTION exempt_pair_needs_entry() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM journal_entry WHERE fund_id = NEW.fund_id AND id = NEW.entry_id AND kind IN ('settle', 'reserve')
                                             AND xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'No entry says that the awards are different' USING ERRCODE = 'FL002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exempt_pair_needs_entry BEFORE INSERT ON exempt_pair FOR EACH ROW EXECUTE FUNCTION exempt_pair_needs_entry();
`;
