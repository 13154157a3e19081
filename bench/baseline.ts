import pg from 'pg';

/** Reservations that each baseline run posts. */
const RESERVATIONS = 6_000;

/**
 * (a) The obvious way: one transaction with one row lock per reservation, statement by statement through pg, on tables of its own
 * with neither triggers nor rules. Answers reservations per second.
 */
export async function baseline(url: string, connections: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  pool.on('error', () => undefined);
  await pool.query(`
    DROP SCHEMA IF EXISTS baseline CASCADE;
    CREATE SCHEMA baseline;
    CREATE TABLE baseline.account (id integer PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
    CREATE TABLE baseline.award (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), project text NOT NULL UNIQUE, amount bigint NOT NULL);
    CREATE TABLE baseline.posting (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account integer NOT NULL, award uuid NOT NULL, amount bigint NOT NULL);
    INSERT INTO baseline.account VALUES (4610, 100000000000), (4700, 0);
  `);
  let left = RESERVATIONS;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = await pool.connect();
      client.on('error', () => undefined);
      while (left > 0) {
        const serial = left;
        left -= 1;
        await client.query('BEGIN');
        await client.query('SELECT balance FROM baseline.account WHERE id = 4610 FOR UPDATE');
        const project = `project ${serial}`;
        const { rows } = await client.query<{ id: string }>(
          'INSERT INTO baseline.award (project, amount) VALUES ($1, $2) RETURNING id',
          [project, 100],
        );
        await client.query('INSERT INTO baseline.posting (account, award, amount) VALUES (4610, $1, -100), (4700, $1, 100)', [
          rows[0]?.id,
        ]);
        await client.query('UPDATE baseline.account SET balance = balance - 100 WHERE id = 4610');
        await client.query('UPDATE baseline.account SET balance = balance + 100 WHERE id = 4700');
        await client.query('COMMIT');
      }
      client.release();
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  const { rows } = await pool.query<{ awards: string; reserved: string }>(
    'SELECT (SELECT count(*) FROM baseline.award) AS awards, (SELECT balance FROM baseline.account WHERE id = 4700) AS reserved',
  );
  await pool.end();
  if (rows[0]?.awards !== String(RESERVATIONS) || rows[0].reserved !== String(RESERVATIONS * 100)) {
    throw new Error(`The baseline lost something: ${JSON.stringify(rows[0])}`);
  }
  return RESERVATIONS / seconds;
}
