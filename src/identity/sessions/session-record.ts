import { IsNull, Raw } from 'typeorm';
import type { Database, Tx } from '../../platform/database/database.js';
import { User } from '../users/user.entity.js';
import { Session } from './session.entity.js';

/** Milliseconds that a look-up may take: on a connection that has gone without a word, the next request asks on another. */
const LOOK_UP_MS = 2_000;

/**
 * Opens a session for so many hours, and answers when it ends; null where the user has changed since it was read, or changes now: a
 * change locks the user, and then ends the sessions that there are. Sessions that ended a month ago are forgotten on the way.
 */
export async function openSession(
  db: Database,
  tokenHash: string,
  user: Pick<User, 'id' | 'version'>,
  ttlHours: number,
): Promise<Date | null> {
  return db.transaction(async ({ manager }) => {
    const { id, version } = user;
    const same = await manager.findOne(User, { where: { id, version, active: true }, lock: { mode: 'pessimistic_read' } });
    if (same === null) return null;
    await manager.query('SELECT forget_sessions()');
    await manager
      .createQueryBuilder()
      .insert()
      .into(Session)
      .values({ tokenHash, userId: id, expiresAt: () => 'now() + make_interval(hours => :hours)' })
      .setParameter('hours', ttlHours)
      .execute();
    return (await manager.findOneByOrFail(Session, { tokenHash })).expiresAt;
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

/** Ends all sessions of a user. */
export async function endSessionsOf(tx: Tx, userId: string): Promise<void> {
  await tx.manager.update(Session, { userId, endedAt: IsNull() }, { endedAt: () => 'now()' });
}
