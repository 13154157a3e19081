import type { Actor } from '../kernel/index.js';
import { Agencies } from '../parties/index.js';
import type { Database } from '../platform/database/database.js';
import { createUser } from './users/create-user.js';
import { actorFor } from './users/people.js';
import type { NewUser } from './users/user.js';
import { User } from './users/user.entity.js';

/** The demonstration's users (api.md, Roles); the password of each is its name. Illustrative. */
export const DEMONSTRATION_USERS: readonly Omit<NewUser, 'password'>[] = [
  { username: 'finance', displayName: '示範財政一', role: 'finance', agency: null },
  { username: 'finance2', displayName: '示範財政二', role: 'finance', agency: null },
  { username: 'officer', displayName: '示範經辦（市經貿委）', role: 'officer', agency: '市經貿委' },
  { username: 'officer2', displayName: '示範經辦（市金融辦）', role: 'officer', agency: '市金融辦' },
  { username: 'auditor', displayName: '示範審計', role: 'auditor', agency: null },
  { username: 'admin', displayName: '示範管理員', role: 'admin', agency: null },
];

/**
 * Makes those of the demonstration's users that are not there. Only the demonstration start and tests call it: a production start
 * refuses `DEMONSTRATION`, and production refuses their sign-in wherever their data came from.
 */
export async function seedDemonstrationUsers(db: Database): Promise<void> {
  await Promise.all(
    DEMONSTRATION_USERS.map(async (user) => {
      if (!(await db.manager.existsBy(User, { username: user.username })))
        await db.transaction((tx) => createUser(tx, { ...user, password: user.username }, { demonstration: true }));
    }),
  );
}

/** One of the demonstration's users, as what it is now. */
export async function demonstrationActor(db: Database, username: string): Promise<Actor> {
  const user = await db.manager.findOneBy(User, { username, active: true });
  if (user === null) throw new Error(`The demonstration's user ${username} is not there, or is disabled`);
  return actorFor(user, new Agencies(db));
}
