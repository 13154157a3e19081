import type { Sql, Statement } from '../../platform/database/database.js';

/** Who tries, from which network. */
export interface Attempt {
  readonly username: string;
  /** `networkOf` its address. */
  readonly network: string;
  /** Keyed digest of the network. */
  readonly networkHash: string;
}

/** Failed attempts of the last minutes, up to so many of each, and how long ago the last was, seconds. */
export interface Failures {
  readonly ofPair: number;
  readonly ofUser: number;
  readonly ofNetwork: number;
  readonly pairAge: number | null;
  readonly userAge: number | null;
  readonly networkAge: number | null;
  /** The user has signed in from this network within a month. */
  readonly isKnown: boolean;
}

const MOST_COUNTED = 1_000;

/** One count: how many, and seconds since the last. */
function counted(condition: string, as: string): string {
  return `(SELECT count(*)::int AS "of${as}", extract(epoch FROM clock_timestamp() - max(failed_at))::float8 AS "${as.toLowerCase()}Age"
     FROM (SELECT failed_at FROM sign_in_failure WHERE ${condition} AND failed_at > clock_timestamp() - make_interval(mins => $3)
            ORDER BY failed_at DESC LIMIT ${MOST_COUNTED}) recent) ${as.toLowerCase()}`;
}

const COUNT: Statement = {
  name: 'identity.count-failures',
  text: `
SELECT pair.*, "user".*, network.*,
       EXISTS (SELECT FROM session s JOIN app_user u ON u.id = s.user_id
                WHERE u.username = $1 AND s.address_hash = $4 AND s.created_at > clock_timestamp() - interval '30 days') AS "isKnown"
  FROM ${counted('username = $1 AND address = $2', 'Pair')}, ${counted('username = $1', 'User').replace(/user$/, '"user"')},
       ${counted('address = $2', 'Network')}`,
};

/** Failures that count still. */
export async function countFailures(sql: Sql, attempt: Attempt, windowMinutes: number): Promise<Failures> {
  const [row] = await sql.rows<Failures>(COUNT, [attempt.username, attempt.network, windowMinutes, attempt.networkHash]);
  if (row === undefined) throw new Error('A count answers one row');
  return row;
}

const TAKE: Statement = {
  name: 'identity.take-place',
  text: `
INSERT INTO sign_in_pace AS p (subject, next_at) VALUES ($1, clock_timestamp() + make_interval(secs => $2))
    ON CONFLICT (subject) DO UPDATE SET next_at = clock_timestamp() + make_interval(secs => $2) WHERE p.next_at <= clock_timestamp()
RETURNING 1`,
};
const WAIT: Statement = {
  name: 'identity.next-place',
  text: `SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS seconds FROM sign_in_pace WHERE subject = $1`,
};

/** Takes the subject's place, after which the next one comes in so many seconds; else answers in how many seconds there is one. */
export async function takePlace(sql: Sql, subject: string, everySeconds: number): Promise<number | null> {
  if ((await sql.rows(TAKE, [subject, everySeconds])).length > 0) return null;
  const [next] = await sql.rows<{ seconds: number }>(WAIT, [subject]);
  return next?.seconds ?? everySeconds;
}

const RECORD: Statement = {
  name: 'identity.record-failure',
  text: 'INSERT INTO sign_in_failure (username, address) VALUES ($1, $2)',
};
const FORGET: Statement = {
  name: 'identity.forget-failures',
  text: 'SELECT forget_sign_in_failures(), forget_sign_in_pace()',
};

/** Records a failure, and forgets those that no longer count. */
export async function recordFailure(sql: Sql, attempt: Attempt): Promise<void> {
  await sql.rows(FORGET);
  await sql.rows(RECORD, [attempt.username, attempt.network]);
}
