import { uuidv7 } from 'uuidv7';
import { recordEvents } from '../../audit/index.js';
import { accepted, invalid, problem, refused, SYSTEM_ACTOR, type Actor, type Result } from '../../kernel/index.js';
import type { Tx } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { asKnown } from '../../parties/index.js';
import { hashPassword } from '../passwords.js';
import type { NewUser } from './user.js';
import { User } from './user.entity.js';

/** Makes a user. `by` left out: the command line, or a seed. Refused: a taken username (409), an agency that doesn't fit the role (400). */
export async function createUser(
  tx: Tx,
  user: NewUser,
  { by = SYSTEM_ACTOR, demonstration = false }: { readonly by?: Actor; readonly demonstration?: boolean } = {},
): Promise<Result<User>> {
  const agency = await agencyFor(tx, user);
  if (!agency.ok) return agency;
  const { password, staffNo = null, ...rest } = user;
  const passwordHash = await hashPassword(password);
  const id = uuidv7();
  const made = await insertNew(tx.manager, User, { ...rest, staffNo, agency: agency.value, id, passwordHash, demonstration });
  if (!made) {
    return refused(
      problem('already-exists', `使用者名稱 ${user.username} 已有人使用。`, `The username ${user.username} is taken.`),
    );
  }
  const stored = await tx.manager.findOneByOrFail(User, { id });
  const { username, role, active } = stored;
  await recordEvents(tx, [{ action: 'user-made', by, subject: { kind: 'user', id }, details: { username, role, active } }]);
  return accepted(stored);
}

/** The agency of a user, as it is known. An officer belongs to one, nobody else to any (400). */
export async function agencyFor(tx: Tx, { role, agency }: Pick<NewUser, 'role' | 'agency'>): Promise<Result<string | null>> {
  if (agency === null && role === 'officer') {
    return refused(invalid('/agency', '經辦人員須屬於一個主管部門，例如 市經貿委。', 'An officer belongs to an agency.'));
  }
  if (agency === null) return accepted(null);
  if (role !== 'officer') return refused(invalid('/agency', '只有經辦人員有主管部門。', 'Only an officer has an agency.'));
  const known = await asKnown(tx, [agency], () => '/agency');
  return known.ok ? accepted(known.value[0] ?? agency) : known;
}
