import { uuidv7 } from 'uuidv7';
import { accepted, invalid, problem, refused, type Result } from '../../kernel/index.js';
import type { Tx } from '../../platform/database/database.js';
import { hashPassword } from '../passwords.js';
import type { NewUser, User } from './user.js';
import { insertUser } from './user.sql.js';

/** Makes a user. Refused: a taken username (409), an agency that doesn't fit the role (400). */
export async function createUser(tx: Tx, user: NewUser, demonstration = false): Promise<Result<User>> {
  const misfit = agencyMisfit(user);
  if (misfit !== null) return misfit;
  const { password, ...rest } = user;
  const made = await insertUser(tx, { ...rest, id: uuidv7(), passwordHash: await hashPassword(password), demonstration });
  if (made !== null) return accepted(made);
  return refused(
    problem('already-exists', `使用者名稱 ${user.username} 已有人使用。`, `The username ${user.username} is taken.`),
  );
}

/** An officer belongs to one agency, nobody else to any. */
export function agencyMisfit({ role, agency }: Pick<NewUser, 'role' | 'agency'>): ReturnType<typeof refused> | null {
  if ((role === 'officer') === (agency !== null)) return null;
  return refused(
    role === 'officer'
      ? invalid('/agency', '經辦人員須屬於一個主管部門，例如 市經貿委。', 'An officer belongs to an agency, like 市經貿委.')
      : invalid('/agency', '只有經辦人員有主管部門。', 'Only an officer has an agency.'),
  );
}
