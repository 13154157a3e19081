import { invalid, ProblemError, problem, type Actor, type Result } from '../kernel/index.js';
import type { Config } from '../platform/config/index.js';
import type { Database } from '../platform/database/database.js';
import { Agencies, AGENCY, IS_AN_AGENCY } from '../parties/index.js';
import { isPassword, PASSWORD_LENGTH } from './passwords.js';
import { letIn } from './sessions/let-in.js';
import { reviseUser } from './users/change-user.js';
import { createUser } from './users/create-user.js';
import { actorFor } from './users/people.js';
import { IS_A_STAFF_NO, STAFF_NO, USERNAME, type NewUser, type UserChange } from './users/user.js';
import { User } from './users/user.entity.js';

const LIST_LIMIT = 10_000;

/**
 * Who has this name and password, by the same rules as at sign-in, and whom it reaches now; null: nobody who may come in. So nobody acts
 * in another's name from the command line. Not throttled: whoever runs it has the database.
 */
export async function signedIn(
  db: Database,
  username: string,
  password: string,
  config: Pick<Config, 'production'>,
): Promise<Actor | null> {
  const users = db.manager.getRepository(User);
  const user = await letIn(users, username, (hash) => isPassword(password, hash), config);
  return user === null ? null : actorFor(user, new Agencies(db));
}

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
  if (typeof user.staffNo === 'string' && !STAFF_NO.test(user.staffNo)) {
    throw new ProblemError(invalid('/staffNo', IS_A_STAFF_NO.context.zh, IS_A_STAFF_NO.context.en));
  }
  checkPassword(user.password);
  return valueOrThrow(await db.transaction((tx) => createUser(tx, user)));
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
