import { recordEvents } from '../../audit/index.js';
import { accepted, problem, refused, SYSTEM_ACTOR, type Actor, type Result } from '../../kernel/index.js';
import type { Tx } from '../../platform/database/database.js';
import { hashPassword } from '../passwords.js';
import { endSessionsOf } from '../sessions/session-record.js';
import { agencyFor } from './create-user.js';
import type { UserChange } from './user.js';
import { User } from './user.entity.js';

/**
 * Changes a user that the caller has seen at `version`; null: whatever it is now (command line). Refused: unknown 404, stale 412, the
 * last active administrator 409. A new password and a deactivation end the user's sessions. With another role, agency, name or staff number,
 * or let in or kept out, the account stands anew: it decides nothing that was asked for before. `by` left out: the command line.
 */
export async function reviseUser(
  tx: Tx,
  id: string,
  version: number | null,
  change: UserChange,
  by: Actor = SYSTEM_ACTOR,
): Promise<Result<User>> {
  const passwordHash = change.password === undefined ? null : await hashPassword(change.password);
  // Every active administrator too, so that two changes can't both take the last one away.
  const locked = await tx.manager.find(User, {
    where: [{ id }, { role: 'admin', active: true }],
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  const before = locked.find((user) => user.id === id);
  if (before === undefined) return refused(problem('not-found', '沒有這個使用者。', 'There is no such user.'));
  if (version !== null && before.version !== version) {
    return refused(
      problem(
        'version-conflict',
        `使用者已被修改，目前版本為 ${before.version}。`,
        `The user has changed; its version is ${before.version} now.`,
      ),
    );
  }
  const after = revised(before, change);
  const agency = await agencyFor(tx, after);
  if (!agency.ok) return agency;
  if (isAdministrator(before) && !isAdministrator(after) && !locked.some((user) => user.id !== id && isAdministrator(user))) {
    return refused(
      problem(
        'last-administrator',
        '這是最後一名有效的管理員。',
        'This is the last active administrator: make another one first.',
      ),
    );
  }
  await tx.manager.update(User, id, {
    ...after,
    agency: agency.value,
    // Who has a password of their own is no demonstration user any more.
    ...(passwordHash === null ? {} : { passwordHash, demonstration: false }),
  });
  if (passwordHash !== null || !after.active) await endSessionsOf(tx, id);
  const stored = await tx.manager.findOneByOrFail(User, { id });
  const { username, role, active } = stored;
  const fields = [...FIELDS.filter((field) => stored[field] !== before[field]), ...(passwordHash === null ? [] : ['password'])];
  await recordEvents(tx, [
    { action: 'user-changed', by, subject: { kind: 'user', id }, details: { username, role, active, fields } },
  ]);
  return accepted(stored);
}

/** What changes of a user beside its password. */
const FIELDS = ['displayName', 'role', 'agency', 'staffNo', 'active'] as const;

/** Who stops being an officer leaves the agency. */
function revised(before: User, change: UserChange): Pick<User, 'role' | 'displayName' | 'agency' | 'staffNo' | 'active'> {
  const role = change.role ?? before.role;
  const kept = role === 'officer' ? before.agency : null;
  return {
    role,
    displayName: change.displayName ?? before.displayName,
    agency: change.agency === undefined ? kept : change.agency,
    staffNo: change.staffNo === undefined ? before.staffNo : change.staffNo,
    active: change.active ?? before.active,
  };
}

function isAdministrator(user: Pick<User, 'role' | 'active'>): boolean {
  return user.role === 'admin' && user.active;
}
