import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Failed sign-ins count for a name, an address, and both together; who has failed often is let in at a pace, and never shut out. */
export class SignIn1700000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE INDEX sign_in_failure_of_user ON sign_in_failure (username, failed_at);
CREATE INDEX sign_in_failure_of_address ON sign_in_failure (address, failed_at);

-- When the next attempt of a subject ('user:…', 'address:…', 'pair:…') is let in, that has failed too often.
CREATE TABLE sign_in_pace (
  subject text COLLATE "C" PRIMARY KEY CHECK (length(subject) <= 300),
  next_at timestamptz(3) NOT NULL
);

-- Where the session was opened, as a keyed digest: a user's own addresses are not slowed down by what others do. NULL: before this column.
ALTER TABLE session ADD COLUMN address_hash text CHECK (length(address_hash) = 64);

-- What is a day old counts no more, whatever the window (a day at most).
CREATE FUNCTION forget_sign_in_pace() RETURNS integer LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH gone AS (DELETE FROM sign_in_pace WHERE next_at < now() - interval '1 day' RETURNING 1) SELECT count(*)::integer FROM gone
$$;
`);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
