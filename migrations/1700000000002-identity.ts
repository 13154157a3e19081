import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, their sessions, and failed sign-ins. */
export class Identity1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE app_user (
  id            uuid PRIMARY KEY,
  username      text NOT NULL UNIQUE CHECK (username ~ '^[a-z][a-z0-9._-]{0,62}$'),
  display_name  text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 100),
  role          text NOT NULL CHECK (role IN ('finance', 'officer', 'auditor', 'admin')),
  agency        text CHECK (length(agency) BETWEEN 1 AND 100),
  password_hash text NOT NULL,
  active        boolean NOT NULL DEFAULT true,
  demonstration boolean NOT NULL DEFAULT false,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  version       integer NOT NULL DEFAULT 1,
  CHECK ((role = 'officer') = (agency IS NOT NULL))
);
CREATE TABLE session (
  -- SHA-256 of the token, 64 hex digits; the token itself is never stored
  token_hash text PRIMARY KEY CHECK (length(token_hash) = 64),
  user_id    uuid NOT NULL REFERENCES app_user,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  ended_at   timestamptz(3)
);
CREATE INDEX session_of_user ON session (user_id) WHERE ended_at IS NULL;
CREATE INDEX session_expiry ON session (expires_at);
-- Failed sign-ins count for a while against the user and the address they came from; the username may be nobody's.
CREATE TABLE sign_in_failure (
  username   text NOT NULL,
  address    text NOT NULL,
  failed_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX sign_in_failure_recent ON sign_in_failure (username, address, failed_at);
CREATE INDEX sign_in_failure_age ON sign_in_failure (failed_at);
`);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
