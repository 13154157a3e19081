import type { Sql, Statement } from '../../platform/database/database.js';

const COUNT: Statement = {
  name: 'identity.count-failures',
  text: `
SELECT count(*)::int AS failures,
       ceil(extract(epoch FROM min(failed_at) + make_interval(mins => $3) - clock_timestamp()))::int AS "retryAfterSeconds"
  FROM (SELECT failed_at FROM sign_in_failure
         WHERE username = $1 AND address = $2 AND failed_at > clock_timestamp() - make_interval(mins => $3)
         ORDER BY failed_at DESC LIMIT $4) recent`,
};

const RECORD: Statement = {
  name: 'identity.record-failure',
  text: `INSERT INTO sign_in_failure (username, address) VALUES ($1, $2)`,
};

const FORGET: Statement = {
  name: 'identity.forget-failures',
  text: 'SELECT forget_sign_in_failures()',
};

/** Who tried, from where. */
export interface Attempt {
  readonly username: string;
  readonly address: string;
}

/** Recent failures, up to the limit, and in how many seconds the oldest of them no longer counts. */
export interface Failures {
  readonly failures: number;
  readonly retryAfterSeconds: number | null;
}

/** Failures of the last minutes. */
export async function countFailures(sql: Sql, attempt: Attempt, windowMinutes: number, limit: number): Promise<Failures> {
  const [counted] = await sql.rows<Failures>(COUNT, [attempt.username, attempt.address, windowMinutes, limit]);
  return counted ?? { failures: 0, retryAfterSeconds: null };
}

/** Records a failure, and forgets those that no longer count. */
export async function recordFailure(sql: Sql, attempt: Attempt): Promise<void> {
  await sql.rows(FORGET);
  await sql.rows(RECORD, [attempt.username, attempt.address]);
}
