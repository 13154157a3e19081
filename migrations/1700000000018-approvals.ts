import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits for a second person (domain §3, Approvals), and who agreed to an entry: the database refuses one person on both sides. */
export class Approvals1700000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
    await runner.query(POLICY);
    await runner.query(APPROVAL);
    // In the order in which a posting takes them: rules are read before its entries are written.
    await runner.query(RECORDS);
    await runner.query(JOURNAL);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

/** What tells no name or number from another: what doesn't show, spaces, dashes and points. */
const SILENT = String.raw`[\s\u0001-\u0008\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000E0000-\U000E0FFF.'_\-\u058A\u05BE\u1400\u1806\u2010-\u2015\u2212\u2E3A\u2E3B\u2E40\u301C\u3030\u30A0\u00B7\u2022\u2027\u30FB\u3002\u2019]`;

/** SQL of a name or number as it is compared, whatever its width, case and spaces. ICU knows the case of every script, the database's own locale may not. */
const keyOf = (text: string): string =>
  `normalize(upper(regexp_replace(normalize(${text}, NFKC), '${SILENT.replace("'", "''")}', '', 'g') COLLATE "und-x-icu"), NFKC)`;

const PEOPLE = `
ALTER TABLE app_user
  -- 工號 by which two accounts of one person are known as one
  ADD COLUMN staff_no text CHECK (length(staff_no) BETWEEN 1 AND 50),
  -- since when the account is what it is: its role, agency, name, staff number and password, and whether it may sign in
  ADD COLUMN standing_since timestamptz(3) NOT NULL DEFAULT now(),
  -- by which two accounts are known as one person's; set by the trigger, as TypeORM can't compare generated columns
  ADD COLUMN name_key text,
  ADD COLUMN staff_key text;
UPDATE app_user SET standing_since = created_at, name_key = ${keyOf('display_name')};
ALTER TABLE app_user ALTER COLUMN name_key SET NOT NULL;

CREATE FUNCTION user_stands_since() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.standing_since := CASE
    WHEN TG_OP = 'INSERT' THEN clock_timestamp()
    WHEN (NEW.role, NEW.agency, NEW.active, NEW.display_name, NEW.staff_no, NEW.password_hash)
         IS DISTINCT FROM (OLD.role, OLD.agency, OLD.active, OLD.display_name, OLD.staff_no, OLD.password_hash) THEN clock_timestamp()
    ELSE OLD.standing_since END;
  NEW.name_key := ${keyOf('NEW.display_name')};
  NEW.staff_key := nullif(${keyOf('NEW.staff_no')}, '');
  RETURN NEW;
END $$;
CREATE TRIGGER user_stands_since BEFORE INSERT OR UPDATE ON app_user FOR EACH ROW EXECUTE FUNCTION user_stands_since();

-- Whether two accounts are one person's: by their staff numbers where both have one, else by their names.
CREATE FUNCTION is_same_person(one uuid, other uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT one = other OR EXISTS (
    SELECT FROM app_user a, app_user b
     WHERE a.id = one AND b.id = other
       AND CASE WHEN a.staff_key IS NULL OR b.staff_key IS NULL THEN a.name_key = b.name_key ELSE a.staff_key = b.staff_key END)
$$;
`;

/** One to three people who are not the maker, and none of them twice. */
const allDifferent = (maker: string): string => `(approval_id IS NULL) = (checked_by IS NULL) AND (checked_by IS NULL OR (
    cardinality(checked_by) BETWEEN 1 AND 3 AND array_position(checked_by, NULL) IS NULL AND NOT ${maker} = ANY (checked_by)
    AND (checked_by[1] = checked_by[2]) IS NOT TRUE AND (checked_by[1] = checked_by[3]) IS NOT TRUE AND (checked_by[2] = checked_by[3]) IS NOT TRUE))`;

const POLICY = `
-- For what a fund asks a second person; the version with the highest number is in force. A fund without one asks for nothing.
CREATE TABLE approval_policy (
  fund_id            integer NOT NULL REFERENCES fund,
  number             integer NOT NULL CHECK (number > 0),
  expires_after_days integer NOT NULL CHECK (expires_after_days BETWEEN 1 AND 365),
  reason             text NOT NULL,
  changed_by         uuid NOT NULL,
  changed_at         timestamptz(3) NOT NULL DEFAULT now(),
  approval_id        uuid,
  checked_by         uuid[],
  PRIMARY KEY (fund_id, number),
  CONSTRAINT approval_policy_checked CHECK (${allDifferent('changed_by')})
);
-- From which amount on a kind needs how many people beside its maker.
CREATE TABLE approval_rule (
  fund_id  integer NOT NULL,
  number   integer NOT NULL,
  kind     text COLLATE "C" NOT NULL,
  from_fen bigint NOT NULL CHECK (from_fen >= 0),
  steps    smallint NOT NULL CHECK (steps BETWEEN 1 AND 3),
  PRIMARY KEY (fund_id, number, kind, from_fen),
  FOREIGN KEY (fund_id, number) REFERENCES approval_policy
);
CREATE FUNCTION policy_is_agreed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.number <> 1 + coalesce((SELECT max(number) FROM approval_policy WHERE fund_id = NEW.fund_id), 0) THEN
    RAISE EXCEPTION 'The policy of approvals has another number by now' USING ERRCODE = 'FL007';
  END IF;
  IF EXISTS (SELECT FROM approval_rule WHERE fund_id = NEW.fund_id AND number = NEW.number - 1)
     AND greatest(1, approval_steps(NEW.fund_id, ARRAY['approval-policy'], 9223372036854775807)) > coalesce(cardinality(NEW.checked_by), 0) THEN
    RAISE EXCEPTION 'A policy of approvals is changed by two people' USING ERRCODE = 'FL007';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_is_agreed BEFORE INSERT ON approval_policy FOR EACH ROW EXECUTE FUNCTION policy_is_agreed();
CREATE TRIGGER approval_policy_stays BEFORE UPDATE OR DELETE ON approval_policy FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_policy_not_truncated BEFORE TRUNCATE ON approval_policy FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_rule_stays BEFORE UPDATE OR DELETE ON approval_rule FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_rule_not_truncated BEFORE TRUNCATE ON approval_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A version's rules come with it, in its transaction.
CREATE FUNCTION rule_comes_with_policy() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM approval_policy WHERE fund_id = NEW.fund_id AND number = NEW.number AND xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'A policy of approvals is never changed, only replaced' USING ERRCODE = 'FL007';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rule_comes_with_policy BEFORE INSERT ON approval_rule FOR EACH ROW EXECUTE FUNCTION rule_comes_with_policy();

-- How many people beside its maker something needs, by the policy in force.
CREATE FUNCTION approval_steps(fund integer, asked text[], amount bigint) RETURNS integer LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(max(steps), 0)::integer FROM approval_rule
   WHERE fund_id = fund AND number = (SELECT max(number) FROM approval_policy WHERE fund_id = fund)
     AND kind = ANY (asked) AND from_fen <= amount
$$;
`;

const APPROVAL = `
-- What was asked for and waits for its checkers, or was decided. Pending past expires_at counts as withdrawn.
CREATE TABLE approval (
  fund_id          integer NOT NULL REFERENCES fund,
  id               uuid NOT NULL,
  kind             text NOT NULL,
  -- which code carries it out, and what of: events with every secret hashed already
  act              text NOT NULL,
  data             jsonb NOT NULL,
  -- what was asked, as people read it
  request          jsonb NOT NULL,
  fiscal_year      integer,
  amount_fen       bigint CHECK (amount_fen >= 0),
  -- people needed beside the maker; never fewer than when it was asked
  steps            smallint NOT NULL CHECK (steps BETWEEN 1 AND 3),
  -- what it would do, as it was last shown
  preview          jsonb NOT NULL,
  preview_hash     text NOT NULL,
  requested_by     uuid NOT NULL REFERENCES app_user,
  requested_role   text NOT NULL,
  requested_agency text,
  language         text NOT NULL,
  requested_at     timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  expires_at       timestamptz(3) NOT NULL,
  status           text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn')),
  decided_by       uuid REFERENCES app_user,
  decided_at       timestamptz(3),
  reason           text,
  -- JSON text of what the request would have been answered
  result           text,
  PRIMARY KEY (fund_id, id),
  CONSTRAINT approval_expires_later CHECK (expires_at > requested_at),
  CONSTRAINT approval_is_decided CHECK ((status = 'pending') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
  CONSTRAINT approval_by_another CHECK (status NOT IN ('approved', 'rejected') OR decided_by <> requested_by),
  CONSTRAINT approval_withdrawn_by_maker CHECK (status <> 'withdrawn' OR decided_by = requested_by)
);
CREATE INDEX approval_newest ON approval (id);
CREATE INDEX approval_pending ON approval (id) WHERE status = 'pending';
CREATE INDEX approval_of_maker ON approval (requested_by, id);

-- Who agreed, on what preview; those on another preview than the last no longer count.
CREATE TABLE approval_decision (
  fund_id      integer NOT NULL,
  approval_id  uuid NOT NULL,
  preview_hash text NOT NULL,
  decided_by   uuid NOT NULL REFERENCES app_user,
  decided_at   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  reason       text,
  PRIMARY KEY (fund_id, approval_id, preview_hash, decided_by),
  FOREIGN KEY (fund_id, approval_id) REFERENCES approval
);
CREATE TRIGGER approval_decision_stays BEFORE UPDATE OR DELETE ON approval_decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_decision_not_truncated BEFORE TRUNCATE ON approval_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A finance user that was one when it was asked, is another person than the maker and than whoever agreed already, and may sign in.
CREATE FUNCTION decision_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE asked approval;
BEGIN
  -- One decision after the other, so that each sees those before.
  SELECT * INTO asked FROM approval WHERE fund_id = NEW.fund_id AND id = NEW.approval_id FOR NO KEY UPDATE;
  IF asked.status <> 'pending' OR is_same_person(asked.requested_by, NEW.decided_by)
     OR EXISTS (SELECT FROM approval_decision WHERE fund_id = NEW.fund_id AND approval_id = NEW.approval_id AND preview_hash = NEW.preview_hash
                   AND is_same_person(decided_by, NEW.decided_by))
     OR NEW.decided_at < asked.requested_at - interval '1 millisecond'
     OR NOT EXISTS (SELECT FROM app_user WHERE id = NEW.decided_by AND role = 'finance' AND active AND standing_since <= asked.requested_at)
     -- Accounts that were changed since can no longer be told to be two people's.
     OR EXISTS (SELECT FROM app_user WHERE standing_since > asked.requested_at
                   AND (id = asked.requested_by OR id IN (SELECT decided_by FROM approval_decision
                         WHERE fund_id = NEW.fund_id AND approval_id = NEW.approval_id AND preview_hash = NEW.preview_hash))) THEN
    RAISE EXCEPTION 'User % does not decide approval %', NEW.decided_by, NEW.approval_id USING ERRCODE = 'FL007';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_by_another BEFORE INSERT ON approval_decision FOR EACH ROW EXECUTE FUNCTION decision_by_another();

-- Only what becomes of it changes, once; it is approved by as many as it needs, on the preview that it has.
CREATE FUNCTION approval_is_decided_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.status <> 'pending' OR NEW.steps < OLD.steps
     OR (NEW.kind, NEW.act, NEW.data, NEW.request, NEW.fiscal_year, NEW.amount_fen, NEW.requested_by, NEW.requested_role, NEW.requested_agency,
         NEW.requested_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.kind, OLD.act, OLD.data, OLD.request, OLD.fiscal_year, OLD.amount_fen, OLD.requested_by, OLD.requested_role,
                          OLD.requested_agency, OLD.requested_at, OLD.expires_at)
     -- Instants are kept to the millisecond, some cut and some rounded.
     OR NEW.status <> 'pending' AND (NEW.expires_at <= NEW.decided_at OR NEW.decided_at < NEW.requested_at - interval '1 millisecond')
     OR NEW.status = 'approved' AND NEW.steps > (SELECT count(*) FROM approval_decision
                                                  WHERE fund_id = NEW.fund_id AND approval_id = NEW.id AND preview_hash = NEW.preview_hash) THEN
    RAISE EXCEPTION 'Approval % is not changed like this', NEW.id USING ERRCODE = 'FL007';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_is_decided_once BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_is_decided_once();
-- Nobody says when it was asked: by that its checkers are known to be who they were.
CREATE FUNCTION approval_starts_pending() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.requested_at := clock_timestamp();
  IF NEW.status <> 'pending' OR NEW.expires_at > NEW.requested_at + interval '366 days' THEN
    RAISE EXCEPTION 'Approval % is decided before it is asked for, or waits for more than a year', NEW.id USING ERRCODE = 'FL007';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_starts_pending BEFORE INSERT ON approval FOR EACH ROW EXECUTE FUNCTION approval_starts_pending();
CREATE TRIGGER approval_not_deleted BEFORE DELETE ON approval FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER approval_not_truncated BEFORE TRUNCATE ON approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

/** SQL of whether the transaction itself has approved the approval that a new row names, by exactly its checkers: one that was approved earlier covers nothing more. */
const agreedNow = (maker: string, also: string): string => `EXISTS (
    SELECT FROM approval a
     WHERE a.fund_id = NEW.fund_id AND a.id = NEW.approval_id AND a.status = 'approved' AND a.requested_by = NEW.${maker}
       AND a.xmin = pg_current_xact_id()::xid AND ${also}
       AND (SELECT array_agg(c ORDER BY c) FROM unnest(NEW.checked_by) AS c)
           = (SELECT array_agg(d.decided_by ORDER BY d.decided_by) FROM approval_decision d
               WHERE d.fund_id = a.fund_id AND d.approval_id = a.id AND d.preview_hash = a.preview_hash))`;

const RECORDS = `
ALTER TABLE line_rule_version
  ADD COLUMN approval_id uuid,
  ADD COLUMN checked_by  uuid[],
  ADD CONSTRAINT line_rule_version_checked CHECK (${allDifferent('changed_by')});

-- A record that names an approval is of its maker, its kind and the people who agreed to it: looked at like an entry.
CREATE FUNCTION record_follows_approval() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT ${agreedNow('changed_by', 'a.kind = TG_ARGV[0]')} THEN
    RAISE EXCEPTION 'A row of % is not what approval % agreed to', TG_TABLE_NAME, NEW.approval_id USING ERRCODE = 'FL007';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER policy_follows_approval AFTER INSERT ON approval_policy DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.approval_id IS NOT NULL) EXECUTE FUNCTION record_follows_approval('approval-policy');
CREATE CONSTRAINT TRIGGER line_rule_follows_approval AFTER INSERT ON line_rule_version DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.approval_id IS NOT NULL) EXECUTE FUNCTION record_follows_approval('line-rule');

-- Where the fund asks a second person for a line's rule, another rule has one; a new line's first is no change, and the seed's have nobody to
-- ask. Looked at when the transaction ends: what is only tried is never stored.
CREATE FUNCTION line_rule_is_agreed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF approval_steps(NEW.fund_id, ARRAY['line-rule'], 9223372036854775807) > coalesce(cardinality(NEW.checked_by), 0) THEN
    RAISE EXCEPTION 'Rule % of line % lacks the second person that the fund asks for', NEW.number, NEW.line_id USING ERRCODE = 'FL007';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER line_rule_is_agreed AFTER INSERT ON line_rule_version DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.number > 1 AND NEW.changed_by <> '00000000-0000-7000-8000-000000000000') EXECUTE FUNCTION line_rule_is_agreed();
`;

const JOURNAL = `
ALTER TABLE journal_entry
  ADD COLUMN approval_id uuid,
  -- who agreed, in order; the maker is actor_id
  ADD COLUMN checked_by  uuid[],
  -- No entry has any yet: ApprovalChecks looks, while entries are written.
  ADD CONSTRAINT journal_entry_checked CHECK (${allDifferent('actor_id')}) NOT VALID;

-- An entry that names an approval is of its maker, and of the people who agreed to it, and was posted as they agreed. Looked at when the
-- transaction ends: the approval is written behind its entries.
CREATE FUNCTION entry_follows_approval() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT ${agreedNow('actor_id', 'a.decided_at = NEW.recorded_at')} THEN
    RAISE EXCEPTION 'Entry % is not what approval % agreed to', NEW.id, NEW.approval_id USING ERRCODE = 'FL007';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_follows_approval AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.approval_id IS NOT NULL) EXECUTE FUNCTION entry_follows_approval();

-- What the fund asks a second person for has one, whatever wrote it.
CREATE FUNCTION entry_is_agreed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE asked text[] := CASE NEW.kind
  WHEN 'reserve' THEN array_remove(ARRAY[CASE WHEN NEW.details ->> 'approvedOffline' = 'true' THEN 'approved-offline' END,
                                         CASE WHEN NEW.details ? 'distinctFrom' THEN 'distinct-from' END], NULL)
  WHEN 'reduction' THEN array_remove(ARRAY['reduction', CASE WHEN NEW.details ? 'override' THEN 'override' END], NULL)
  WHEN 'disburse' THEN ARRAY['disbursement']
  WHEN 'settle' THEN ARRAY['settlement']
  WHEN 'external-award' THEN CASE WHEN NEW.details ->> 'change' = 'recorded' THEN '{}'::text[] ELSE ARRAY['external-award-correction'] END
  ELSE ARRAY[NEW.kind] END;
  -- What has no amount of its own is asked for whatever the amount.
  amount bigint := CASE WHEN NEW.kind IN ('settle', 'merge', 'unmerge', 'external-award') THEN 9223372036854775807 ELSE NEW.amount_fen END;
BEGIN
  IF approval_steps(NEW.fund_id, asked, amount) > coalesce(cardinality(NEW.checked_by), 0) THEN
    RAISE EXCEPTION 'Entry % lacks the second person that the fund asks for', NEW.id USING ERRCODE = 'FL007';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entry_is_agreed AFTER INSERT ON journal_entry FOR EACH ROW
  WHEN (NEW.kind IN ('appropriation', 'supplement', 'reduction', 'virement', 'allotment', 'allotment-return', 'disburse', 'settle', 'merge', 'unmerge',
                     'external-award')
        OR NEW.kind = 'reserve' AND (NEW.details ->> 'approvedOffline' = 'true' OR NEW.details ? 'distinctFrom'))
  EXECUTE FUNCTION entry_is_agreed();
`;
