import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger: funds, years, lines, accounts, journal, parties, awards, and the guards by which the database itself refuses. */
export class Ledger1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(GUARDS);
  }

  async down(): Promise<void> {
    throw new Error('The ledger is never taken down: restore a backup instead.');
  }
}

const TABLES = `
CREATE TABLE fund (
  id                integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code              text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  annual_amount_fen bigint NOT NULL CHECK (annual_amount_fen > 0),
  first_year        integer NOT NULL CHECK (first_year BETWEEN 1900 AND 2999),
  last_year         integer NOT NULL CHECK (last_year BETWEEN first_year AND first_year + 49),
  illustrative      boolean NOT NULL DEFAULT false,
  created_at        timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE fiscal_year (
  fund_id           integer NOT NULL REFERENCES fund,
  year              integer NOT NULL CHECK (year BETWEEN 1900 AND 2999),
  status            text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'open', 'closed')),
  -- what entries that cite a ceilingDocumentNo raised the year's ceiling by (domain §3)
  ceiling_raised_fen bigint NOT NULL DEFAULT 0 CHECK (ceiling_raised_fen >= 0),
  PRIMARY KEY (fund_id, year)
);

CREATE TABLE programme_line (
  fund_id        integer NOT NULL REFERENCES fund,
  id             integer GENERATED ALWAYS AS IDENTITY,
  code           text NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  section        text NOT NULL,
  title_zh_hant  text NOT NULL,
  title_zh_hans  text NOT NULL,
  title_en       text NOT NULL,
  lead_agencies  text[] NOT NULL CHECK (cardinality(lead_agencies) BETWEEN 1 AND 10),
  form           text NOT NULL CHECK (form IN ('reward', 'subsidy', 'competitive', 'none')),
  payee          text NOT NULL DEFAULT 'enterprise' CHECK (payee IN ('enterprise', 'person')),
  reservable     boolean NOT NULL,
  -- why nothing can be reserved, in Traditional Chinese and in English
  reason         text,
  reason_en      text,
  rule           jsonb NOT NULL,
  position       integer NOT NULL DEFAULT 0,
  version        integer NOT NULL DEFAULT 1,
  PRIMARY KEY (fund_id, id),
  UNIQUE (fund_id, code),
  CHECK (reservable OR reason IS NOT NULL),
  CHECK ((reason IS NULL) = (reason_en IS NULL))
);

CREATE TABLE account (
  fund_id          integer NOT NULL REFERENCES fund,
  id               integer GENERATED ALWAYS AS IDENTITY,
  fiscal_year      integer NOT NULL,
  code             smallint NOT NULL CHECK (code IN (4110, 4120, 4190, 4196, 4450, 4610, 4700, 4801, 4902, 4395, 4396, 8110, 8120)),
  line_id          integer,
  normal_side      "char" NOT NULL CHECK (normal_side IN ('D', 'C')),
  balance          bigint NOT NULL DEFAULT 0,
  -- the lowest balance allowed; NULL where there is none (4120). Falls only by an override (domain §4.3)
  floor            bigint DEFAULT 0,
  version          bigint NOT NULL DEFAULT 0,
  last_effective_on date,
  last_recorded_at timestamptz(3) NOT NULL DEFAULT '-infinity',
  -- counts the awards of a line and year: the running part of an award number (account 4700 only)
  award_count      integer NOT NULL DEFAULT 0,
  PRIMARY KEY (fund_id, id),
  UNIQUE NULLS NOT DISTINCT (fund_id, fiscal_year, code, line_id),
  FOREIGN KEY (fund_id, fiscal_year) REFERENCES fiscal_year,
  FOREIGN KEY (fund_id, line_id) REFERENCES programme_line,
  CONSTRAINT account_not_below_floor CHECK (balance >= floor),
  CONSTRAINT account_floor_only_available CHECK (floor IS NULL AND code = 4120 OR floor = 0 OR floor < 0 AND code = 4610 AND floor = balance)
) WITH (fillfactor = 50);
CREATE INDEX account_below_zero ON account (fund_id, fiscal_year) WHERE code = 4610 AND balance < 0;

-- One business event (記賬憑證). Never updated, never deleted.
CREATE TABLE journal_entry (
  fund_id      integer NOT NULL,
  id           uuid NOT NULL,
  fiscal_year  integer NOT NULL,
  kind         text NOT NULL,
  effective_on date NOT NULL,
  recorded_at  timestamptz(3) NOT NULL,
  actor_id     uuid NOT NULL,
  line_id      integer,
  award_id     uuid,
  amount_fen   bigint NOT NULL CHECK (amount_fen >= 0),
  document_no  text,
  reason       text,
  -- what else the event said (paymentRef, demandId, override, toLine, ceilingRaised ...)
  details      jsonb,
  -- the award after the event: version, reserved, committed, disbursed, released, recovered (fen), budget year, on hold (0/1); then what
  -- of its parties was so already: the enterprise's credit code known (0/1), the project split from another (0/1)
  award_after  bigint[],
  PRIMARY KEY (fund_id, id)
);
CREATE INDEX journal_entry_award ON journal_entry (fund_id, award_id, id) WHERE award_id IS NOT NULL;
CREATE INDEX journal_entry_year ON journal_entry (fund_id, fiscal_year, id);
-- A year's budget entries among the hundred thousands of its awards.
CREATE INDEX journal_entry_budget ON journal_entry (fund_id, fiscal_year, id) WHERE award_id IS NULL;

-- One leg of an entry on one account (分錄). Never updated, never deleted.
CREATE TABLE posting (
  fund_id       integer NOT NULL,
  account_id    integer NOT NULL,
  version       bigint NOT NULL,
  entry_id      uuid NOT NULL,
  side          "char" NOT NULL CHECK (side IN ('D', 'C')),
  amount_fen    bigint NOT NULL CHECK (amount_fen > 0),
  balance_after bigint NOT NULL,
  effective_on  date NOT NULL,
  recorded_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, account_id, version)
);
CREATE INDEX posting_entry ON posting (fund_id, entry_id);

-- The version that an account had at an instant. Recorded instants never fall from version to version, so it is found by halving the
-- primary key: twenty look-ups for a million postings, and no index that each posting would have to pay for.
CREATE FUNCTION account_version_at(fund integer, account integer, latest bigint, instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
  known  bigint := 0;
  beyond bigint := latest + 1;
  middle bigint;
BEGIN
  WHILE known + 1 < beyond LOOP
    middle := (known + beyond) / 2;
    IF (SELECT p.recorded_at FROM posting p WHERE p.fund_id = fund AND p.account_id = account AND p.version = middle) <= instant THEN
      known := middle;
    ELSE
      beyond := middle;
    END IF;
  END LOOP;
  RETURN known;
END $$;

-- Each day's net of an account, in its normal direction: balances as of a date read days, not postings.
CREATE TABLE account_day (
  fund_id      integer NOT NULL,
  account_id   integer NOT NULL,
  effective_on date NOT NULL,
  net_fen      bigint NOT NULL,
  PRIMARY KEY (fund_id, account_id, effective_on)
) WITH (fillfactor = 50);

-- Leave to take a line below zero (domain §3, reduction with override).
CREATE TABLE floor_override (
  fund_id     integer NOT NULL,
  entry_id    uuid NOT NULL,
  account_id  integer NOT NULL,
  lacking_fen bigint NOT NULL CHECK (lacking_fen > 0),
  reason      text NOT NULL,
  document_no text NOT NULL,
  expires_on  date NOT NULL,
  recorded_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (fund_id, entry_id)
);
CREATE INDEX floor_override_account ON floor_override (fund_id, account_id);

-- Tables that every reservation writes name their fund without a foreign key: its check would cost more than the row, and a
-- row without fund can't come about, as accounts (which have the key) are locked first.
CREATE TABLE enterprise (
  fund_id           integer NOT NULL,
  id                uuid NOT NULL,
  organization_code text COLLATE "C" NOT NULL CHECK (octet_length(organization_code) = 9),
  credit_code       text COLLATE "C" CHECK (octet_length(credit_code) = 18),
  name              text NOT NULL,
  created_at        timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, id),
  CONSTRAINT enterprise_organization_code UNIQUE (fund_id, organization_code)
);

-- A natural person (line talent): the identity number itself is never stored.
CREATE TABLE person (
  fund_id       integer NOT NULL,
  id            uuid NOT NULL,
  identity_hash text COLLATE "C" NOT NULL,
  identity_masked text NOT NULL,
  name          text NOT NULL,
  created_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, id),
  CONSTRAINT person_identity UNIQUE (fund_id, identity_hash)
);

CREATE TABLE project (
  fund_id       integer NOT NULL,
  id            uuid NOT NULL,
  enterprise_id uuid NOT NULL,
  -- what makes it the same project: 'code:…', 'title:…' (normalised), 'person:…', or 'distinct:…' after a dismissal
  key           text COLLATE "C" NOT NULL,
  title         text NOT NULL,
  code          text,
  -- the project that its award was taken for until the dismissal
  split_from    uuid,
  created_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (fund_id, id),
  CONSTRAINT project_key UNIQUE (fund_id, enterprise_id, key)
);

CREATE TABLE award (
  fund_id       integer NOT NULL,
  id            uuid NOT NULL,
  number        text NOT NULL,
  fiscal_year   integer NOT NULL,
  budget_year   integer NOT NULL,
  line_id       integer NOT NULL,
  enterprise_id uuid NOT NULL,
  project_id    uuid NOT NULL,
  person_id     uuid,
  awarded_fen   bigint NOT NULL CHECK (awarded_fen > 0),
  reserved_fen  bigint NOT NULL CHECK (reserved_fen >= 0),
  committed_fen bigint NOT NULL CHECK (committed_fen >= 0),
  disbursed_fen bigint NOT NULL CHECK (disbursed_fen >= 0),
  released_fen  bigint NOT NULL CHECK (released_fen >= 0),
  recovered_fen bigint NOT NULL CHECK (recovered_fen >= 0),
  on_hold       boolean NOT NULL DEFAULT false,
  approved_offline boolean NOT NULL DEFAULT false,
  -- whether a payment was ever made: what was once paid never frees a once-for-life claim
  ever_paid     boolean NOT NULL DEFAULT false,
  approval_ref  text NOT NULL,
  approved_on   date NOT NULL,
  facts         jsonb NOT NULL,
  effective_on  date NOT NULL,
  last_effective_on date NOT NULL,
  created_by    uuid NOT NULL,
  created_at    timestamptz(3) NOT NULL,
  version       integer NOT NULL,
  live          boolean NOT NULL GENERATED ALWAYS AS (reserved_fen + committed_fen + disbursed_fen > 0) STORED,
  -- the one award of its project and year that may be paid (domain §4.7)
  standing      boolean NOT NULL GENERATED ALWAYS AS (reserved_fen + committed_fen + disbursed_fen > 0 AND NOT on_hold) STORED,
  PRIMARY KEY (fund_id, id),
  CONSTRAINT award_adds_up CHECK (awarded_fen = reserved_fen + committed_fen + disbursed_fen + released_fen + recovered_fen)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX award_one_subsidy ON award (fund_id, project_id, fiscal_year) WHERE standing;
CREATE INDEX award_on_hold ON award (fund_id, fiscal_year) WHERE on_hold;
CREATE INDEX award_line ON award (fund_id, fiscal_year, line_id, id);
CREATE INDEX award_enterprise ON award (fund_id, enterprise_id, id);
CREATE INDEX award_person ON award (fund_id, person_id) WHERE person_id IS NOT NULL;

-- Whatever else may happen only once: 'once-for-life', 'unique-fact', 'payment-ref', 'receipt-ref', 'person-year'.
CREATE TABLE claim (
  fund_id  integer NOT NULL,
  kind     text COLLATE "C" NOT NULL,
  key      text COLLATE "C" NOT NULL,
  -- 0, or behind it the place of an award that had the same already when a rule came to give once
  place    integer NOT NULL DEFAULT 0,
  award_id uuid NOT NULL,
  CONSTRAINT claim_once PRIMARY KEY (fund_id, kind, key, place)
);
CREATE INDEX claim_award ON claim (fund_id, award_id);

CREATE TABLE payment (
  fund_id      integer NOT NULL,
  id           uuid NOT NULL,
  award_id     uuid NOT NULL,
  payment_ref  text NOT NULL,
  fiscal_year  integer NOT NULL,
  effective_on date NOT NULL,
  paid_fen     bigint NOT NULL CHECK (paid_fen > 0),
  returned_fen bigint NOT NULL DEFAULT 0 CHECK (returned_fen >= 0),
  demanded_fen bigint NOT NULL DEFAULT 0 CHECK (demanded_fen >= 0),
  recovered_fen bigint NOT NULL DEFAULT 0 CHECK (recovered_fen BETWEEN 0 AND demanded_fen),
  PRIMARY KEY (fund_id, id),
  CONSTRAINT payment_not_overdrawn CHECK (returned_fen + demanded_fen <= paid_fen)
);
CREATE INDEX payment_award ON payment (fund_id, award_id);

CREATE TABLE recovery_demand (
  fund_id      integer NOT NULL,
  id           uuid NOT NULL,
  award_id     uuid NOT NULL,
  payment_id   uuid NOT NULL,
  fiscal_year  integer NOT NULL,
  effective_on date NOT NULL,
  demanded_fen bigint NOT NULL CHECK (demanded_fen > 0),
  received_fen bigint NOT NULL DEFAULT 0 CHECK (received_fen BETWEEN 0 AND demanded_fen),
  PRIMARY KEY (fund_id, id)
);
CREATE INDEX recovery_demand_award ON recovery_demand (fund_id, award_id);

-- Requests that were answered with success. entry_id: a ledger write, answered again from its entry; answer: any other.
CREATE TABLE idempotency_key (
  fund_id      integer NOT NULL,
  key_hash     uuid NOT NULL,
  request_hash uuid NOT NULL,
  entry_id     uuid,
  status       smallint,
  answer       jsonb,
  recorded_at  timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_once PRIMARY KEY (fund_id, key_hash)
);

-- Entries that no seal covers yet.
CREATE TABLE unsealed (
  fund_id  integer NOT NULL,
  entry_id uuid NOT NULL,
  PRIMARY KEY (fund_id, entry_id)
);

-- Years to reconcile again, because something was posted (architecture §4).
CREATE TABLE outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fund_id     integer NOT NULL,
  fiscal_year integer NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  relayed_at  timestamptz(3)
);
CREATE INDEX outbox_waiting ON outbox (fund_id, fiscal_year, id);

CREATE TABLE reconciliation_run (
  fund_id      integer NOT NULL REFERENCES fund,
  id           uuid NOT NULL,
  fiscal_year  integer,
  rules        text[] NOT NULL,
  dry_run      boolean NOT NULL DEFAULT false,
  trigger      text NOT NULL CHECK (trigger IN ('request', 'write', 'schedule', 'start')),
  status       text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'completed', 'failed')),
  progress     smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
  checked      bigint NOT NULL DEFAULT 0,
  opened       integer NOT NULL DEFAULT 0,
  resolved     integer NOT NULL DEFAULT 0,
  requested_by uuid,
  requested_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at   timestamptz(3),
  finished_at  timestamptz(3),
  error        text,
  report       jsonb,
  PRIMARY KEY (fund_id, id)
);

CREATE TABLE finding (
  fund_id        integer NOT NULL REFERENCES fund,
  id             uuid NOT NULL,
  rule           text NOT NULL,
  -- what it is about; one open finding per rule and subject
  subject        text NOT NULL,
  severity       text NOT NULL CHECK (severity IN ('error', 'warning')),
  status         text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'dismissed')),
  fiscal_year    integer NOT NULL,
  line_id        integer,
  award_ids      uuid[] NOT NULL DEFAULT '{}',
  amount_fen     bigint NOT NULL,
  evidence       jsonb NOT NULL,
  -- digest of the cause: a settled finding is opened again only when its cause has changed
  fingerprint    text NOT NULL,
  opened_at      timestamptz(3) NOT NULL,
  opened_by_run  uuid NOT NULL,
  resolved_at    timestamptz(3),
  resolved_by    text,
  resolution     text CHECK (resolution IN ('keep', 'release', 'dismiss', 'cause-gone')),
  reason         text,
  version        integer NOT NULL DEFAULT 1,
  PRIMARY KEY (fund_id, id),
  CHECK ((status = 'open') = (resolved_at IS NULL))
);
CREATE UNIQUE INDEX finding_open_once ON finding (fund_id, rule, subject) WHERE status = 'open';
CREATE INDEX finding_year ON finding (fund_id, fiscal_year, id);
CREATE INDEX finding_awards ON finding USING gin (award_ids) WHERE status = 'open';
`;

const GUARDS = `
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: what is recorded stays', TG_OP, TG_TABLE_NAME USING ERRCODE = 'FL001';
END $$;

CREATE TRIGGER journal_entry_stays BEFORE UPDATE OR DELETE ON journal_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_entry_not_truncated BEFORE TRUNCATE ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_stays BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_not_truncated BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER floor_override_stays BEFORE UPDATE OR DELETE ON floor_override FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER floor_override_not_truncated BEFORE TRUNCATE ON floor_override FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_not_truncated BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_not_deleted BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER award_not_deleted BEFORE DELETE ON award FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Invariant 1: in every entry the debits equal the credits, and all legs lie on accounts of one fund and year.
-- The posting engine plans by key only; here a thousand postings meet a few accounts, which a hash does best.
CREATE FUNCTION posting_balances() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = on SET enable_seqscan = on AS $$
DECLARE unbalanced uuid;
BEGIN
  SELECT p.entry_id INTO unbalanced
    FROM arrived p LEFT JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
   GROUP BY p.entry_id
  HAVING sum(CASE p.side WHEN 'D' THEN p.amount_fen ELSE -p.amount_fen END) <> 0
      OR min(a.fiscal_year) <> max(a.fiscal_year) OR min(p.fund_id) <> max(p.fund_id) OR count(*) <> count(a.id)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Entry % does not balance', unbalanced USING ERRCODE = 'FL002';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_balances AFTER INSERT ON posting REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION posting_balances();

-- Invariant 4, from the postings' side: who inserts postings moves their accounts in the same statement, by as much and to the last
-- version, without a gap.
CREATE FUNCTION posting_moves_balance() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE astray integer;
BEGIN
  SELECT m.account_id INTO astray
    FROM (SELECT fund_id, account_id, min(version) AS first, max(version) AS last, count(*) AS legs,
                 sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) AS debit
            FROM arrived
           GROUP BY fund_id, account_id) m
    LEFT JOIN account a ON a.fund_id = m.fund_id AND a.id = m.account_id
    LEFT JOIN LATERAL (SELECT version, balance_after FROM posting
                        WHERE fund_id = m.fund_id AND account_id = m.account_id AND version = m.first - 1 LIMIT 1) before ON true
   WHERE a.version IS DISTINCT FROM m.last OR m.legs <> m.last - m.first + 1 OR m.first > 1 AND before.version IS NULL
      OR a.balance <> coalesce(before.balance_after, 0) + CASE a.normal_side WHEN 'D' THEN m.debit ELSE -m.debit END
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Account % is not moved by its postings', astray USING ERRCODE = 'FL003';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER posting_moves_balance AFTER INSERT ON posting REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION posting_moves_balance();

-- Invariant 4, from the balance's side: it starts at zero, and moves only to where its last posting has it.
CREATE FUNCTION account_starts_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Account % starts with a balance', NEW.id USING ERRCODE = 'FL003';
END $$;
CREATE TRIGGER account_starts_empty BEFORE INSERT ON account FOR EACH ROW
  WHEN (NEW.balance <> 0 OR NEW.version <> 0 OR NEW.floor <> 0) EXECUTE FUNCTION account_starts_empty();

CREATE FUNCTION account_follows_postings() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE astray integer;
BEGIN
  SELECT n.id INTO astray
    FROM after_update n
    JOIN before_update o ON o.fund_id = n.fund_id AND o.id = n.id
    LEFT JOIN LATERAL (SELECT balance_after FROM posting
                        WHERE fund_id = n.fund_id AND account_id = n.id AND version = n.version LIMIT 1) p ON true
   WHERE n.version < o.version OR n.version = o.version AND n.balance <> o.balance
      OR n.version > o.version AND p.balance_after IS DISTINCT FROM n.balance
      OR n.code <> o.code OR n.fiscal_year <> o.fiscal_year OR n.line_id IS DISTINCT FROM o.line_id OR n.normal_side <> o.normal_side
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Account % does not follow its postings', astray USING ERRCODE = 'FL003';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER account_follows_postings AFTER UPDATE ON account REFERENCING OLD TABLE AS before_update NEW TABLE AS after_update
  FOR EACH STATEMENT EXECUTE FUNCTION account_follows_postings();

-- Invariant 3: only an override recorded in the same transaction lowers a floor.
CREATE FUNCTION floor_needs_override() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM floor_override f
                  WHERE f.fund_id = NEW.fund_id AND f.account_id = NEW.id AND f.recorded_in = pg_current_xact_id()) THEN
    RAISE EXCEPTION 'The floor of account % falls without an override', NEW.id USING ERRCODE = 'FL004';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER floor_needs_override BEFORE UPDATE ON account FOR EACH ROW
  WHEN (NEW.floor IS DISTINCT FROM OLD.floor AND (NEW.floor IS NULL OR OLD.floor IS NULL OR NEW.floor < OLD.floor))
  EXECUTE FUNCTION floor_needs_override();

-- Domain §3, while a line of the year is below zero: reservations stay covered by the year's free money, nothing lapses and no
-- available is carried out, and the year's disbursements stay within its resources, whether those rise or these fall.
CREATE FUNCTION year_below_zero() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE short record;
BEGIN
  FOR short IN
    SELECT DISTINCT b.fund_id, b.fiscal_year
      FROM account b
      JOIN (SELECT DISTINCT fund_id, fiscal_year FROM after_update) t ON t.fund_id = b.fund_id AND t.fiscal_year = b.fiscal_year
     WHERE b.code = 4610 AND b.balance < 0
  LOOP
    PERFORM 1
       FROM after_update n
       JOIN before_update o ON o.fund_id = n.fund_id AND o.id = n.id
       JOIN posting p ON p.fund_id = n.fund_id AND p.account_id = n.id AND p.version > o.version AND p.version <= n.version
       JOIN journal_entry e ON e.fund_id = p.fund_id AND e.id = p.entry_id
      WHERE n.fund_id = short.fund_id AND n.fiscal_year = short.fiscal_year
        AND (e.kind = 'lapse' OR e.kind = 'carry-forward' AND n.code = 4610
             OR e.kind = 'reserve' AND (SELECT sum(balance) FROM account
                                         WHERE fund_id = short.fund_id AND fiscal_year = short.fiscal_year AND code IN (4450, 4610)) < 0);
    IF FOUND THEN
      RAISE EXCEPTION 'Year % is below zero on a line: no such reservation, lapse or carry-forward', short.fiscal_year USING ERRCODE = 'FL005';
    END IF;
    PERFORM 1
       FROM after_update n JOIN before_update o ON o.fund_id = n.fund_id AND o.id = n.id
      WHERE n.fund_id = short.fund_id AND n.fiscal_year = short.fiscal_year
        AND (n.code = 4902 AND n.balance > o.balance OR n.code = 4120 AND n.balance < o.balance)
        AND (SELECT sum(CASE WHEN code = 4902 THEN balance ELSE 0 END)
                  - sum(CASE WHEN code IN (4110, 4120, 4190, 4196) THEN balance WHEN code IN (4395, 4396) THEN -balance ELSE 0 END)
               FROM account WHERE fund_id = short.fund_id AND fiscal_year = short.fiscal_year) > 0;
    IF FOUND THEN
      RAISE EXCEPTION 'Year % is below zero on a line: disbursements exceed its resources', short.fiscal_year USING ERRCODE = 'FL005';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER year_below_zero AFTER UPDATE ON account REFERENCING OLD TABLE AS before_update NEW TABLE AS after_update
  FOR EACH STATEMENT EXECUTE FUNCTION year_below_zero();
`;
