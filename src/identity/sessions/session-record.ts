import { IsNull, Raw } from 'typeorm';
import { recordEvents } from '../../audit/index.js';
import type { Actor } from '../../kernel/index.js';
import type { Database, Statement, Tx } from '../../platform/database/database.js';
import { User } from '../users/user.entity.js';
import { Session } from './session.entity.js';

/** Milliseconds that a look-up may take: on a connection that has gone without a word, the next request asks on another. */
const LOOK_UP_MS = 2_000;

/** A session that is to be opened. */
export interface NewSession {
  readonly tokenHash: string;
  readonly user: Pick<User, 'id' | 'username' | 'version'>;
  readonly addressHash: string;
  readonly ttlHours: number;
  /** Sessions that the user may have at once. */
  readonly limit: number;
}

/** An opened session, and the hashes of the tokens that it has ended: the oldest, where the user has too many. */
export interface OpenedSession {
  readonly expiresAt: Date;
  readonly ended: readonly string[];
}

/** $1 user, $2 how many may stay, the newest. */
const END_OLDEST: Statement = {
  name: 'identity.end-oldest-sessions',
  text: `
UPDATE session SET ended_at = now()
 WHERE token_hash IN (SELECT token_hash FROM session WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now()
                       ORDER BY created_at DESC, token_hash OFFSET $2)
RETURNING token_hash AS "tokenHash"`,
};

/**
 * Opens a session; null where the user has changed since it was read, or changes now: a change locks the user, and then ends the sessions
 * that there are. So does this, so that of two sign-ins at once the second counts the first. Sessions that ended a month ago are forgotten
 * on the way.
 */
export async function openSession(db: Database, session: NewSession): Promise<OpenedSession | null> {
  return db.transaction(async (tx) => {
    const { manager } = tx;
    const { id, username, version } = session.user;
    const same = await manager.findOne(User, { where: { id, version, active: true }, lock: { mode: 'for_no_key_update' } });
    if (same === null) return null;
    await tx.rows('SELECT forget_sessions()');
    const ended = await tx.rows<{ tokenHash: string }>(END_OLDEST, [id, session.limit - 1]);
    const { tokenHash, addressHash } = session;
    await manager
      .createQueryBuilder()
      .insert()
      .into(Session)
      .values({ tokenHash, addressHash, userId: id, expiresAt: () => 'now() + make_interval(hours => :hours)' })
      .setParameter('hours', session.ttlHours)
      .execute();
    const { expiresAt } = await manager.findOneByOrFail(Session, { tokenHash });
    await recordEvents(tx, [{ action: 'signed-in', by: { id, username }, details: { network: addressHash } }]);
    return { expiresAt, ended: ended.map((one) => one.tokenHash) };
  });
}

/** The live session behind a token's hash, with its user. All of a user's requests wait for it, so it doesn't wait long. */
export async function findSession(db: Database, tokenHash: string): Promise<Session | null> {
  const look = db.withConnection(
    ({ manager }) =>
      manager.find(Session, {
        where: { tokenHash, endedAt: IsNull(), expiresAt: Raw((column) => `${column} > now()`), user: { active: true } },
        relations: { user: true },
      }),
    { answerTimeoutMs: LOOK_UP_MS },
  );
  const [found] = await look;
  return found ?? null;
}

/** Ends the session behind a token's hash, where it has not ended yet. */
export async function endSession(db: Database, tokenHash: string, by: Actor): Promise<void> {
  await db.transaction(async (tx) => {
    const { affected } = await tx.manager.update(Session, { tokenHash, endedAt: IsNull() }, { endedAt: () => 'now()' });
    if (affected === 1) await recordEvents(tx, [{ action: 'signed-out', by }]);
  });
}

/** Ends all sessions of a user. */
export async function endSessionsOf(tx: Tx, userId: string): Promise<void> {
  await tx.manager.update(Session, { userId, endedAt: IsNull() }, { endedAt: () => 'now()' });
}
