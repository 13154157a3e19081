import type { Actor } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';

/** A session that is alive, and whose. */
export interface LiveSession extends Actor {
  readonly demonstration: boolean;
  readonly expiresAt: Date;
}

const OPEN: Statement = {
  name: 'identity.open-session',
  text: `INSERT INTO session (token_hash, user_id, expires_at)
         SELECT $1, u.id, now() + make_interval(hours => $4) FROM app_user u WHERE u.id = $2 AND u.version = $3 AND u.active FOR SHARE
         RETURNING expires_at AS "expiresAt"`,
};

const FIND: Statement = {
  name: 'identity.find-session',
  text: `
SELECT u.id, u.username, u.role, u.agency, u.demonstration, s.expires_at AS "expiresAt"
  FROM session s JOIN app_user u ON u.id = s.user_id
 WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND u.active`,
};

const END: Statement = {
  name: 'identity.end-session',
  text: `UPDATE session SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL`,
};

const END_OF_USER: Statement = {
  name: 'identity.end-sessions-of-user',
  text: `UPDATE session SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL`,
};

const FORGET: Statement = {
  name: 'identity.forget-old-sessions',
  text: `DELETE FROM session WHERE expires_at < now() - interval '30 days'`,
};

/**
 * Opens a session for so many hours, and answers when it ends; null where the user has changed since it was read, or changes now: a
 * change locks the user, and then ends the sessions that there are. Sessions that ended a month ago are forgotten on the way.
 */
export async function openSession(
  sql: Sql,
  tokenHash: string,
  user: { readonly id: string; readonly version: number },
  ttlHours: number,
): Promise<Date | null> {
  await sql.rows(FORGET);
  const [opened] = await sql.rows<{ expiresAt: Date }>(OPEN, [tokenHash, user.id, user.version, ttlHours]);
  return opened?.expiresAt ?? null;
}

/** The live session behind a token's hash. */
export async function findSession(sql: Sql, tokenHash: string): Promise<LiveSession | null> {
  const [found] = await sql.rows<LiveSession>(FIND, [tokenHash]);
  return found ?? null;
}

/** Ends one session. */
export async function endSession(sql: Sql, tokenHash: string): Promise<void> {
  await sql.rows(END, [tokenHash]);
}

/** Ends all sessions of a user. */
export async function endSessionsOf(sql: Sql, userId: string): Promise<void> {
  await sql.rows(END_OF_USER, [userId]);
}
