import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Guards that the run-time role can't walk around: functions look up their tables in the schema and nowhere else, entries come with their
 * postings and awards with their entries, and whatever is deleted at run time is deleted by a function that decides what may go.
 */
export class Guards1700000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PATHS);
    await runner.query(JOURNAL);
    await runner.query(AWARDS);
    await runner.query(YEARS);
    await runner.query(DELETIONS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

/*
 * Where no path is set, a temporary table of the session comes first: with one named `posting`, a trigger would have read that. Named last
 * (pg_temp), it is never met.
 */
const PATHS = `
ALTER FUNCTION account_version_at(integer, integer, bigint, timestamptz) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION refuse_change() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION posting_balances() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION posting_moves_balance() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION account_starts_empty() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION account_follows_postings() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION floor_needs_override() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION year_below_zero() SET search_path = pg_catalog, public, pg_temp;
`;

const JOURNAL = `
-- An award's entries by its version: no version twice, and each found without reading the others.
CREATE UNIQUE INDEX journal_entry_award_version ON journal_entry (fund_id, award_id, (award_after[1])) WHERE award_id IS NOT NULL;
DROP INDEX journal_entry_award;

-- Invariant 1: in every entry the debits equal the credits, and all legs lie on accounts of one fund and year. The postings are those of
-- an entry of this very transaction (nothing is added to what was recorded before): of its year, its dates and its amount each.
-- Invariant 5, from the journal's side: what the entry says of its award differs from the award's version before by just these postings.
-- The posting engine plans by key only; here a thousand postings meet a few accounts, which a hash does best. Entries are looked up by key,
-- each for itself (LATERAL, LIMIT 1). A query without parameters is planned once for a session, perhaps while the tables were empty: with
-- enable_seqscan off it reads by key then too, and not whole tables ever after (seen: half of the awards a second in bulk).
CREATE OR REPLACE FUNCTION posting_balances() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = on SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE unbalanced uuid;
BEGIN
  SELECT g.entry_id INTO unbalanced
    FROM (SELECT p.fund_id, p.entry_id, count(*) AS legs, count(a.id) AS known,
                 min(a.fiscal_year) AS first_year, max(a.fiscal_year) AS last_year,
                 min(p.amount_fen) AS least, max(p.amount_fen) AS most, min(p.effective_on) AS first_day, max(p.effective_on) AS last_day, min(p.recorded_at) AS first_instant, max(p.recorded_at) AS last_instant,
                 sum(CASE p.side WHEN 'D' THEN p.amount_fen ELSE -p.amount_fen END) AS debit,
                 sum(CASE WHEN a.code = 4700 THEN CASE p.side WHEN 'C' THEN p.amount_fen ELSE -p.amount_fen END ELSE 0 END) AS reserved,
                 sum(CASE WHEN a.code = 4801 THEN CASE p.side WHEN 'C' THEN p.amount_fen ELSE -p.amount_fen END ELSE 0 END) AS committed,
                 sum(CASE WHEN a.code IN (4902, 4196) THEN CASE p.side WHEN 'C' THEN p.amount_fen ELSE -p.amount_fen END ELSE 0 END) AS disbursed
            FROM arrived p LEFT JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
           GROUP BY p.fund_id, p.entry_id) g
    LEFT JOIN LATERAL (SELECT * FROM journal_entry
                        WHERE fund_id = g.fund_id AND id = g.entry_id AND xmin = pg_current_xact_id()::xid LIMIT 1) e ON true
    LEFT JOIN LATERAL (SELECT award_after FROM journal_entry
                        WHERE e.award_after[1] > 1 AND fund_id = e.fund_id AND award_id = e.award_id
                          AND award_after[1] = e.award_after[1] - 1 LIMIT 1) before ON true
   WHERE g.debit <> 0 OR g.legs <> g.known OR g.first_year <> g.last_year
      OR e.id IS NULL OR e.fiscal_year <> g.first_year OR e.amount_fen <> g.least OR e.amount_fen <> g.most
      OR e.effective_on <> g.first_day OR e.effective_on <> g.last_day OR e.recorded_at <> g.first_instant OR e.recorded_at <> g.last_instant
      OR e.award_id IS NOT NULL
         AND (e.award_after IS NULL OR e.award_after[1] > 1 AND before.award_after IS NULL
              OR e.award_after[2] - coalesce(before.award_after[2], 0) <> g.reserved
              OR e.award_after[3] - coalesce(before.award_after[3], 0) <> g.committed
              OR e.award_after[4] - coalesce(before.award_after[4], 0) <> g.disbursed)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry % does not balance', unbalanced USING ERRCODE = 'FL002';
  END IF;
  RETURN NULL;
END $$;

-- An entry that has an amount has its postings, in the statement that inserts it; one that has none leaves its award's money as it was.
CREATE FUNCTION entry_is_posted() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE hollow uuid;
BEGIN
  SELECT e.id INTO hollow
    FROM arrived e
    LEFT JOIN LATERAL (SELECT award_after FROM journal_entry
                        WHERE e.amount_fen = 0 AND fund_id = e.fund_id AND award_id = e.award_id
                          AND award_after[1] = e.award_after[1] - 1 LIMIT 1) before ON true
    LEFT JOIN LATERAL (SELECT true AS is_there FROM posting
                        WHERE e.amount_fen > 0 AND fund_id = e.fund_id AND entry_id = e.id LIMIT 1) posted ON true
   WHERE e.amount_fen > 0 AND posted.is_there IS NULL
      OR e.amount_fen = 0 AND e.award_id IS NOT NULL AND e.award_after[2:6] IS DISTINCT FROM before.award_after[2:6]
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry % has no postings', hollow USING ERRCODE = 'FL002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entry_is_posted AFTER INSERT ON journal_entry REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION entry_is_posted();
`;

const AWARDS = `
-- Invariant 5, from the award's side: its amounts, year and hold are those of the last of its entries.
CREATE FUNCTION award_follows_journal() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE astray text;
BEGIN
  SELECT n.number INTO astray
    FROM arrived n
    LEFT JOIN LATERAL (SELECT id, award_after FROM journal_entry
                        WHERE fund_id = n.fund_id AND award_id = n.id AND award_after[1] = n.version LIMIT 1) e ON true
   WHERE e.id IS NULL
      OR e.award_after[2:6] <> ARRAY[n.reserved_fen, n.committed_fen, n.disbursed_fen, n.released_fen, n.recovered_fen]
      OR e.award_after[7] <> n.budget_year OR (e.award_after[8] = 1) <> n.on_hold
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
CREATE TRIGGER award_starts_with_entry AFTER INSERT ON award REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION award_follows_journal();
CREATE TRIGGER award_follows_journal AFTER UPDATE ON award REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION award_follows_journal();

-- Net disbursed = paid − returned − recovered, over the award's payments, which are written after the award.
CREATE FUNCTION payment_follows_award() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE astray uuid;
BEGIN
  SELECT a.id INTO astray
    FROM (SELECT DISTINCT fund_id, award_id FROM arrived) n
    LEFT JOIN award a ON a.fund_id = n.fund_id AND a.id = n.award_id
   CROSS JOIN LATERAL (SELECT sum(paid_fen - returned_fen - recovered_fen) AS net FROM payment
                        WHERE fund_id = n.fund_id AND award_id = n.award_id) paid
   WHERE a.disbursed_fen IS DISTINCT FROM paid.net
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The payments of award % are not what it has disbursed', astray USING ERRCODE = 'FL006';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payment_follows_award AFTER INSERT ON payment REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION payment_follows_award();
CREATE TRIGGER payment_change_follows_award AFTER UPDATE ON payment REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION payment_follows_award();
`;

const YEARS = `
-- What raises a year's ceiling stands in its entries (domain §3, ceilingDocumentNo), in yuan with two decimals.
CREATE FUNCTION ceiling_follows_journal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.ceiling_raised_fen <> (SELECT coalesce(sum((details ->> 'ceilingRaised')::numeric), 0) * 100 FROM journal_entry
                                 WHERE fund_id = NEW.fund_id AND fiscal_year = NEW.year AND award_id IS NULL) THEN
    RAISE EXCEPTION 'No entry raises the ceiling of %', NEW.year USING ERRCODE = 'FL006';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ceiling_follows_journal BEFORE UPDATE ON fiscal_year FOR EACH ROW
  WHEN (NEW.ceiling_raised_fen <> OLD.ceiling_raised_fen) EXECUTE FUNCTION ceiling_follows_journal();
CREATE FUNCTION year_starts_without_ceiling() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'Year % starts with a ceiling of its own', NEW.year USING ERRCODE = 'FL006';
END $$;
CREATE TRIGGER year_starts_without_ceiling BEFORE INSERT ON fiscal_year FOR EACH ROW
  WHEN (NEW.ceiling_raised_fen <> 0) EXECUTE FUNCTION year_starts_without_ceiling();
`;

/*
 * The run-time role has no right to delete: with it, it could take what is still claimed, and lock whole tables. These functions run with
 * the owner's rights and decide by themselves what may go.
 */
const DELETIONS = `
-- Awards give up claims of these kinds: a person's year when it no longer stands for the person, the others when it is released and was
-- never paid. The number of a payment or receipt is never free again.
CREATE FUNCTION free_claims(fund integer, awards uuid[], kinds text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE freed integer;
BEGIN
  PERFORM 1
     FROM unnest(awards, kinds) AS v (award_id, kind)
     LEFT JOIN award a ON a.fund_id = fund AND a.id = v.award_id
     LEFT JOIN project p ON p.fund_id = fund AND p.id = a.project_id
    WHERE a.id IS NULL
       OR NOT CASE WHEN v.kind = 'person-year' THEN NOT a.standing OR p.key NOT LIKE 'person:%'
                   WHEN v.kind IN ('once-for-life', 'unique-fact')
                   THEN NOT a.live AND NOT EXISTS (SELECT FROM payment WHERE fund_id = fund AND award_id = a.id)
                   ELSE false END;
  IF FOUND THEN
    RAISE EXCEPTION 'A claim is not free while its award has it' USING ERRCODE = 'FL006';
  END IF;
  DELETE FROM claim c USING unnest(awards, kinds) AS v (award_id, kind)
   WHERE c.fund_id = fund AND c.award_id = v.award_id AND c.kind = v.kind;
  GET DIAGNOSTICS freed = ROW_COUNT;
  RETURN freed;
END $$;

-- Keys of requests are known for 400 days (api.md, Writes); answers a day longer, so that no key ever points to a page that is gone.
CREATE FUNCTION forget_keys(piece integer) RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM idempotency_key k
     USING (SELECT fund_id, key_hash FROM idempotency_key WHERE recorded_at < now() - interval '400 days' LIMIT piece) old
     WHERE k.fund_id = old.fund_id AND k.key_hash = old.key_hash
    RETURNING 1)
  SELECT count(*)::integer FROM gone
$$;
CREATE FUNCTION forget_answer_pages(piece integer) RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM answer_page p
     USING (SELECT fund_id, id FROM answer_page WHERE recorded_at < now() - interval '401 days' LIMIT piece) old
     WHERE p.fund_id = old.fund_id AND p.id = old.id
    RETURNING 1)
  SELECT count(*)::integer FROM gone
$$;

-- A consumer takes a year's rows; answers how many there were.
CREATE FUNCTION take_outbox(taker text, fund integer, year integer) RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH taken AS (DELETE FROM outbox WHERE consumer = taker AND fund_id = fund AND fiscal_year = year RETURNING 1)
  SELECT count(*)::integer FROM taken
$$;

-- Sessions are kept for a month after their end, failed sign-ins for a day.
CREATE FUNCTION forget_sessions() RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (DELETE FROM session WHERE expires_at < now() - interval '30 days' RETURNING 1) SELECT count(*)::integer FROM gone
$$;
CREATE FUNCTION forget_sign_in_failures() RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (DELETE FROM sign_in_failure WHERE failed_at < now() - interval '1 day' RETURNING 1)
  SELECT count(*)::integer FROM gone
$$;

-- Runs after writes that changed nothing are kept for a day.
CREATE FUNCTION prune_runs(fund integer, piece integer) RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM reconciliation_run
     WHERE fund_id = fund AND id IN (
           SELECT id FROM reconciliation_run
            WHERE fund_id = fund AND trigger = 'write' AND status = 'completed' AND opened = 0 AND resolved = 0
              AND finished_at < now() - interval '1 day'
            ORDER BY id
            LIMIT piece)
    RETURNING 1)
  SELECT count(*)::integer FROM gone
$$;
`;
