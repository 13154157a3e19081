import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what, sign-ins and refusals included (api.md, GET /audit-events): written once, never changed. */
export class AuditEvents1700000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDIT_EVENT);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const AUDIT_EVENT = `
CREATE TABLE audit_event (
  id           uuid PRIMARY KEY,
  at           timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- of what concerns one fund
  fund_id      integer REFERENCES fund,
  -- who did it; no key, as the product's own hand is no user
  actor_id     uuid,
  -- its name, or the one with which nobody was let in
  username     text COLLATE "C" CONSTRAINT audit_event_username_check CHECK (length(username) BETWEEN 1 AND 63),
  action       text NOT NULL CONSTRAINT audit_event_action_check CHECK (action IN (
    'signed-in', 'sign-in-refused', 'signed-out', 'user-made', 'user-changed', 'approval-requested', 'approval-agreed', 'approval-approved',
    'approval-rejected', 'approval-withdrawn', 'decision-refused', 'approval-policy-changed')),
  outcome      text NOT NULL CONSTRAINT audit_event_outcome_check CHECK (outcome IN ('done', 'refused')),
  -- of the refusal
  code         text,
  subject_kind text,
  subject_id   text COLLATE "C",
  reason       text,
  preview_hash text,
  details      jsonb,
  -- what refusals that are told once a minute have in common, and the minute
  repeat_key   text COLLATE "C" UNIQUE,
  CONSTRAINT audit_event_refused CHECK ((outcome = 'refused') = (code IS NOT NULL)),
  CONSTRAINT audit_event_done_by CHECK (outcome = 'refused' OR actor_id IS NOT NULL AND username IS NOT NULL),
  CONSTRAINT audit_event_subject CHECK ((subject_kind IS NULL) = (subject_id IS NULL))
);
CREATE INDEX audit_event_of_user ON audit_event (username, id);
CREATE INDEX audit_event_of_subject ON audit_event (subject_id, id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_event_at ON audit_event (at);

-- Nobody says when it was.
CREATE FUNCTION audit_event_is_now() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER audit_event_is_now BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_is_now();
CREATE TRIGGER audit_event_stays BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_not_truncated BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
