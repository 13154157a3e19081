import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users and their sessions. */
export class Identity1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE app_user (
  id            uuid PRIMARY KEY,
  username      text NOT NULL UNIQUE CHECK (username ~ '^[a-z][a-z0-9._-]{0,62}$'),
  display_name  text NOT NULL,
  role          text NOT NULL CHECK (role IN ('finance', 'officer', 'auditor', 'admin')),
  agency        text,
  password_hash text NOT NULL,
  active        boolean NOT NULL DEFAULT true,
  demonstration boolean NOT NULL DEFAULT false,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  version       integer NOT NULL DEFAULT 1,
  CHECK ((role = 'officer') = (agency IS NOT NULL))
);
CREATE TABLE session (
  -- SHA-256 of the token; the token itself is never stored
  token_hash text PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES app_user,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  ended_at   timestamptz(3)
);
CREATE INDEX session_of_user ON session (user_id) WHERE ended_at IS NULL;
CREATE INDEX session_expiry ON session (expires_at);
CREATE TABLE sign_in_failure (
  username   text NOT NULL,
  address    text NOT NULL,
  failed_at  timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_failure_recent ON sign_in_failure (username, failed_at);
`);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
