import { problem, type Actor, type Problem, type Role } from '../kernel/index.js';
import type { Sql, Statement, Tx } from '../platform/database/database.js';
import type { ApprovalStatus } from './approval.sql.js';

/** A user under lock: it can't be disabled, moved or renamed until the transaction ends. */
export interface PersonRow {
  readonly id: string;
  readonly role: Role;
  readonly agency: string | null;
  readonly active: boolean;
  readonly standingSince: Date;
  readonly nameKey: string;
  readonly staffKey: string | null;
}

/** An approval under lock, with its maker, those who agreed and those who are about to. */
export interface LockedApproval {
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly steps: number;
  readonly requestedBy: string;
  readonly requestedRole: Role;
  readonly requestedAgency: string | null;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  /** The database's clock when it and its people were locked. */
  readonly now: Date;
  readonly decisions: readonly { readonly by: string; readonly previewHash: string }[];
  readonly people: ReadonlyMap<string, PersonRow>;
}

const LOCK: Statement = {
  name: 'approvals.lock',
  plannedEachTime: true,
  text: `SELECT id, status, steps, requested_by AS "requestedBy", requested_role AS "requestedRole", requested_agency AS "requestedAgency",
                requested_at AS "requestedAt", expires_at AS "expiresAt"
           FROM approval WHERE fund_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE`,
};

/** Shared: many approvals of one maker and one checker are decided at once. */
const LOCK_PEOPLE: Statement = {
  name: 'approvals.lock-people',
  plannedEachTime: true,
  text: `SELECT id, role, agency, active, standing_since AS "standingSince", name_key AS "nameKey", staff_key AS "staffKey"
           FROM app_user
          WHERE id = ANY ($3::uuid[]) OR id IN (SELECT requested_by FROM approval WHERE fund_id = $1 AND id = ANY ($2::uuid[]))
             OR id IN (SELECT decided_by FROM approval_decision WHERE fund_id = $1 AND approval_id = ANY ($2::uuid[]))
          ORDER BY id FOR SHARE`,
};

const READ_DECISIONS: Statement = {
  name: 'approvals.read-decisions',
  plannedEachTime: true,
  text: `SELECT approval_id AS "approvalId", decided_by AS by, preview_hash AS "previewHash" FROM approval_decision
          WHERE fund_id = $1 AND approval_id = ANY ($2::uuid[]) ORDER BY decided_at, decided_by`,
};

/** Once the locks are given: read in the statement that waits for them, it would be from before. */
const READ_CLOCK: Statement = {
  name: 'approvals.read-clock',
  text: `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
};

/** Locks approvals, then their people, and then reads who agreed, and the clock: each in a statement of its own, sent one behind the other. */
export async function lockApprovals(
  tx: Tx,
  fundId: number,
  ids: readonly string[],
  checkers: readonly string[],
): Promise<LockedApproval[]> {
  const [rows, people, decisions, [clock]] = await Promise.all([
    tx.rows<Omit<LockedApproval, 'now' | 'decisions' | 'people'>>(LOCK, [fundId, ids]),
    tx.rows<PersonRow>(LOCK_PEOPLE, [fundId, ids, checkers]),
    tx.rows<{ approvalId: string; by: string; previewHash: string }>(READ_DECISIONS, [fundId, ids]),
    tx.rows<{ now: Date }>(READ_CLOCK),
  ]);
  const now = clock?.now ?? new Date();
  const byId = new Map(people.map((person) => [person.id, person]));
  return rows.map((row) => ({
    ...row,
    now,
    decisions: decisions.filter(({ approvalId }) => approvalId === row.id),
    people: byId,
  }));
}

/** Why nothing may be decided on it any more; null: it waits. */
export function notPending(row: Pick<LockedApproval, 'status' | 'expiresAt'> | undefined, now: Date): Problem | null {
  if (row === undefined) return noSuchApproval();
  if (row.status === 'withdrawn') return problem('approval-withdrawn', '申請已由經辦撤回', 'Its maker has withdrawn the request');
  if (row.status !== 'pending') return problem('already-decided', '此申請已有決定', 'It is decided already');
  if (row.expiresAt > now) return null;
  return problem(
    'approval-withdrawn',
    `申請已於 ${row.expiresAt.toISOString()} 逾期,請重新提出`,
    `The request has expired at ${row.expiresAt.toISOString()}: ask for it again`,
  );
}

/** Why this user decides nothing on it; null: it may. `previewHash`: of what it agrees to; null: it rejects. */
export function notItsChecker(row: LockedApproval, checker: Actor, previewHash: string | null): Problem | null {
  const person = row.people.get(checker.id);
  const maker = row.people.get(row.requestedBy);
  if (person === undefined || !person.active || person.role !== 'finance')
    return problem('forbidden', '只有在職的財政人員可以覆核', 'Only an active user of finance decides');
  if (maker !== undefined && isSamePerson(person, maker))
    return problem(
      'self-approval',
      '經辦不得覆核自己的申請,換一個帳號也不行',
      'A maker does not check its own request, under whatever account',
    );
  if (person.standingSince > row.requestedAt)
    return problem(
      'forbidden',
      '此帳號在申請提出後才設立或變更(角色、部門、姓名、工號、密碼或啟用),不得覆核此申請',
      'The account was made or changed (role, agency, name, staff number, password, active) after this was asked for: it does not decide it',
    );
  const earlier = row.decisions.filter((decision) => decision.previewHash === previewHash);
  const isSecond = earlier.some(({ by }) => {
    const other = row.people.get(by);
    return by === checker.id || (other !== undefined && isSamePerson(person, other));
  });
  return isSecond
    ? problem('already-decided', '您已覆核,須由另一人接續', 'You have agreed already: another person must go on')
    : null;
}

/** Whose account must be what it was, and since when. */
type Asking = Pick<LockedApproval, 'requestedBy' | 'requestedRole' | 'requestedAgency' | 'requestedAt' | 'decisions' | 'people'>;

/**
 * Why nobody may agree to it any more, though it may be rejected: nothing is done in the name of who could not do it now, and two accounts can be
 * told to be two people only while neither has been changed. `previewHash`: of what is agreed to.
 */
export function notWhoTheyWere(row: Asking, previewHash: string): Problem | null {
  const maker = row.people.get(row.requestedBy);
  const isMaker = maker?.active === true && maker.role === row.requestedRole && maker.agency === row.requestedAgency;
  if (!isMaker || maker.standingSince > row.requestedAt)
    return problem(
      'forbidden',
      '經辦的帳號已停用或變更(角色、部門、姓名、工號、密碼),不得再以其名義辦理,請重新提出',
      'The maker’s account is disabled, or was changed (role, agency, name, staff number, password): nothing is done in its name, ask for it again',
    );
  const earlier = row.decisions.filter((decision) => decision.previewHash === previewHash);
  if (earlier.every(({ by }) => (row.people.get(by)?.standingSince ?? row.requestedAt) <= row.requestedAt)) return null;
  return problem(
    'forbidden',
    '先前覆核者的帳號其後已停用或變更,請重新提出',
    'The account of somebody who has agreed was disabled or changed since: ask for it again',
  );
}

const READ_PEOPLE: Statement = {
  name: 'approvals.read-people',
  text: `SELECT id, role, agency, active, standing_since AS "standingSince", name_key AS "nameKey", staff_key AS "staffKey"
           FROM app_user WHERE id = ANY ($1::uuid[])`,
};

/** The same for an approval that is only looked at. */
export async function notWhoTheyAre(
  sql: Sql,
  row: Omit<Asking, 'people'> & { readonly previewHash: string },
): Promise<Problem | null> {
  const ids = [row.requestedBy, ...row.decisions.map(({ by }) => by)];
  const people = new Map((await sql.rows<PersonRow>(READ_PEOPLE, [ids])).map((person) => [person.id, person]));
  return notWhoTheyWere({ ...row, people }, row.previewHash);
}

/** 404. */
export function noSuchApproval(): Problem {
  return problem('not-found', '沒有此申請', 'There is no such request');
}

/** As the database has it (is_same_person). */
function isSamePerson(one: PersonRow, other: PersonRow): boolean {
  if (one.id === other.id) return true;
  if (one.staffKey === null || other.staffKey === null) return one.nameKey === other.nameKey;
  return one.staffKey === other.staffKey;
}
