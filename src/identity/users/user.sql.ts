import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import type { User } from './user.js';

const COLUMNS = `u.id, u.username, u.display_name AS "displayName", u.role, u.agency, u.active, u.demonstration,
  u.created_at AS "createdAt", u.version`;

/** A user with what only sign-in may read. */
export interface StoredUser extends User {
  readonly passwordHash: string;
}

const INSERT: Statement = {
  name: 'identity.insert-user',
  text: `
INSERT INTO app_user AS u (id, username, display_name, role, agency, password_hash, demonstration)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (username) DO NOTHING
RETURNING ${COLUMNS}`,
};

const BY_USERNAME: Statement = {
  name: 'identity.user-by-username',
  text: `SELECT ${COLUMNS}, u.password_hash AS "passwordHash" FROM app_user u WHERE u.username = $1`,
};

const BY_ID: Statement = { name: 'identity.user-by-id', text: `SELECT ${COLUMNS} FROM app_user u WHERE u.id = $1` };

const PAGE: Statement = {
  name: 'identity.page-of-users',
  text: `SELECT ${COLUMNS} FROM app_user u WHERE $1::uuid IS NULL OR u.id < $1 ORDER BY u.id DESC LIMIT $2`,
};

const LOCK: Statement = {
  name: 'identity.lock-users',
  text: `
SELECT ${COLUMNS} FROM app_user u
 WHERE u.id = $1 OR u.role = 'admin' AND u.active
 ORDER BY u.id FOR UPDATE`,
};

const CHANGE: Statement = {
  name: 'identity.change-user',
  text: `
UPDATE app_user u
   SET display_name = $2, role = $3, agency = $4, active = $5, password_hash = coalesce($6, u.password_hash),
       demonstration = u.demonstration AND $6 IS NULL, version = u.version + 1
 WHERE u.id = $1
RETURNING ${COLUMNS}`,
};

/** Inserts the user; null when the username is taken. */
export async function insertUser(tx: Tx, user: Omit<StoredUser, 'active' | 'createdAt' | 'version'>): Promise<User | null> {
  const { id, username, displayName, role, agency, passwordHash, demonstration } = user;
  const [inserted] = await tx.rows<User>(INSERT, [id, username, displayName, role, agency, passwordHash, demonstration]);
  return inserted ?? null;
}

/** The user of this name, active or not. */
export async function findByUsername(sql: Sql, username: string): Promise<StoredUser | null> {
  const [found] = await sql.rows<StoredUser>(BY_USERNAME, [username]);
  return found ?? null;
}

/** The user of this id, active or not. */
export async function findUser(sql: Sql, id: string): Promise<User | null> {
  const [found] = await sql.rows<User>(BY_ID, [id]);
  return found ?? null;
}

/** Users, newest first, after the given one. */
export function pageOfUsers(sql: Sql, after: string | null, count: number): Promise<User[]> {
  return sql.rows<User>(PAGE, [after, count]);
}

/** Locks the user and every active administrator, so that two changes cannot both take the last one away. */
export function lockUsers(tx: Tx, id: string): Promise<User[]> {
  return tx.rows<User>(LOCK, [id]);
}

/** Writes the user as it shall be; `passwordHash` null leaves the password. A new password ends its being a demonstration user. */
export async function changeUser(tx: Tx, user: User, passwordHash: string | null): Promise<User> {
  const [changed] = await tx.rows<User>(CHANGE, [user.id, user.displayName, user.role, user.agency, user.active, passwordHash]);
  if (changed === undefined) throw new Error(`User ${user.id} is gone`);
  return changed;
}
