import { invalid, ProblemError, problem, type Result } from '../kernel/index.js';
import type { Database } from '../platform/database/database.js';
import { AGENCY, IS_AN_AGENCY } from '../parties/index.js';
import { PASSWORD_LENGTH } from './passwords.js';
import { reviseUser } from './users/change-user.js';
import { createUser } from './users/create-user.js';
import { USERNAME, type NewUser, type UserChange } from './users/user.js';
import { User } from './users/user.entity.js';

const LIST_LIMIT = 10_000;

/** Makes a user from the command line, by the same rules as the API. Throws ProblemError. */
export async function addUser(db: Database, user: NewUser): Promise<User> {
  if (!USERNAME.test(user.username)) {
    throw new ProblemError(
      invalid('/username', '使用者名稱格式不正確。', 'A username begins with a-z and holds only a-z, 0-9, ".", "_", "-".'),
    );
  }
  if (user.displayName.length < 1 || user.displayName.length > 100) {
    throw new ProblemError(invalid('/displayName', '顯示名稱須為 1 至 100 個字元。', 'A display name has 1 to 100 characters.'));
  }
  if (user.agency !== null && !AGENCY.test(user.agency)) {
    throw new ProblemError(invalid('/agency', IS_AN_AGENCY.context.zh, IS_AN_AGENCY.context.en));
  }
  checkPassword(user.password);
  return valueOrThrow(await createUser(db, user));
}

/** All users, newest first. */
export function listUsers(db: Database): Promise<User[]> {
  return db.manager.find(User, { order: { id: 'DESC' }, take: LIST_LIMIT });
}

/** Deactivates a user and ends its sessions. Throws ProblemError; the last active administrator stays. */
export function deactivateUser(db: Database, username: string): Promise<User> {
  return revise(db, username, { active: false });
}

/** Sets a user's password and ends its sessions. Throws ProblemError. */
export async function setPassword(db: Database, username: string, password: string): Promise<User> {
  checkPassword(password);
  return revise(db, username, { password });
}

async function revise(db: Database, username: string, change: UserChange): Promise<User> {
  const user = await db.manager.findOneBy(User, { username });
  if (user === null) throw new ProblemError(problem('not-found', `沒有使用者 ${username}。`, `There is no user ${username}.`));
  return valueOrThrow(await db.transaction((tx) => reviseUser(tx, user.id, null, change)));
}

function checkPassword(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  if (password.length >= min && password.length <= max) return;
  throw new ProblemError(
    invalid('/password', `密碼須為 ${min} 至 ${max} 個字元。`, `A password has ${min} to ${max} characters.`),
  );
}

function valueOrThrow(result: Result<User>): User {
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}
