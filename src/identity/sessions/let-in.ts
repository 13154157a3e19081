import type { Repository } from 'typeorm';
import type { Config } from '../../platform/config/index.js';
import type { User } from '../users/user.entity.js';

/**
 * The user of that name, if its password is right and it may come in; `check` compares the password with the hash, or with nobody's. null
 * alike, and after the same work: unknown, wrong password, not active, or of the demonstration in production.
 */
export async function letIn(
  users: Repository<User>,
  username: string,
  check: (passwordHash: string | null) => Promise<boolean>,
  { production }: Pick<Config, 'production'>,
): Promise<User | null> {
  const user = await users.createQueryBuilder('u').addSelect('u.passwordHash').where({ username }).getOne();
  const right = await check(user?.passwordHash ?? null);
  return user !== null && right && user.active && !(user.demonstration && production) ? user : null;
}
