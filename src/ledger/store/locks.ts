import type { Fen } from '../../kernel/index.js';
import { integers, rowAsValue, texts, uuids } from '../../platform/database/columns.js';
import type { Statement, Tx } from '../../platform/database/database.js';
import type { AccountCode, Side } from '../chart/accounts.js';
import type { Companion, CompanionLock, CompanionRow } from './companions.js';

/**
 * The one order in which rows are locked, by every transaction of every process: accounts, awards, findings, persons, and only then rows
 * of any other table. Each table is locked in a statement of its own, in the order of its keys: a statement that waits doesn't refresh
 * its snapshot, so what is decided by is read in later ones. Transactions that take them in this order can wait for one another, but never in a circle.
 */
export const LOCK_ORDER = ['account', 'award', 'finding', 'person'] as const;

/** Rows that are locked together, by what they are looked up by. */
export interface Locked {
  readonly accountIds: readonly number[];
  readonly awardIds: readonly string[];
  readonly companions: readonly CompanionLock[];
  readonly identityHashes: readonly string[];
}

/** The rows under lock, as each statement answers them. */
interface LockedRows {
  readonly accounts: Promise<AccountRow[]>;
  readonly awards: Promise<unknown[]>;
  readonly companions: readonly Promise<readonly [Companion['kind'], readonly CompanionRow[]]>[];
  readonly persons: Promise<PersonRow[]>;
}

/** Sends the locks in their order, without waiting; PostgreSQL works through them before whatever is sent behind. */
export function lockInOrder(tx: Tx, fundId: number, rows: Locked): LockedRows {
  const { accountIds, awardIds, companions, identityHashes } = rows;
  const none = Promise.resolve([]);
  const lock = ({ kind, ids, items }: CompanionLock) =>
    (kind.lock?.(tx, fundId, items) ?? tx.rows<CompanionRow>(lockRows(kind), [fundId, uuids(ids, rowAsValue)])).then(
      (found) => [kind, found] as const,
    );
  const isFinding = ({ kind }: CompanionLock): boolean => kind.table === 'finding';
  const byTable = (left: CompanionLock, right: CompanionLock): number => (left.kind.table < right.kind.table ? -1 : 1);
  const accounts = tx.rows<AccountRow>(LOCK_ACCOUNTS, [fundId, integers(accountIds, rowAsValue)]);
  const awards = awardIds.length === 0 ? none : tx.rows(LOCK_AWARDS, [fundId, uuids(awardIds, rowAsValue)]);
  const findings = companions.filter(isFinding).map(lock);
  const persons =
    identityHashes.length === 0 ? none : tx.rows<PersonRow>(LOCK_PERSONS, [fundId, texts(identityHashes, rowAsValue)]);
  const others = companions
    .filter((one) => !isFinding(one))
    .sort(byTable)
    .map(lock);
  return { accounts, awards, persons, companions: [...findings, ...others] };
}

/** Of accounts and awards, those that no other transaction has locked (SKIP LOCKED). */
export async function freeOf(
  tx: Tx,
  fundId: number,
  rows: Pick<Locked, 'accountIds' | 'awardIds'>,
): Promise<Pick<Locked, 'accountIds' | 'awardIds'>> {
  const accounts = await tx.rows<{ id: number }>(FREE_ACCOUNTS, [fundId, integers(rows.accountIds, rowAsValue)]);
  const awards = await tx.rows<{ id: string }>(FREE_AWARDS, [fundId, uuids(rows.awardIds, rowAsValue)]);
  return { accountIds: accounts.map((row) => row.id), awardIds: awards.map((row) => row.id) };
}

/**
 * How long the server keeps the locks on money of a transaction whose client says nothing, milliseconds: it may have been stopped, or have
 * died without closing the connection, and everybody else waits. Deciding a thousand events takes some 50. Who comes back too late finds
 * the transaction ended, and begins again.
 */
export const IDLE_HOLDER_MS = 750;

const LIMIT_SILENCE: Statement = {
  name: 'ledger.limit-silence',
  text: `SELECT set_config('idle_in_transaction_session_timeout', '${IDLE_HOLDER_MS}ms', true)`,
};

/**
 * Locks enterprises that are paid, each at the end of a merger or alone, behind whatever else is locked: of two payments to one, on whichever
 * lines, the second sees the first.
 */
export async function lockPayees(tx: Tx, fundId: number, enterpriseIds: readonly string[]): Promise<void> {
  await tx.rows(LOCK_PAYEES, [fundId, uuids(enterpriseIds, rowAsValue)]);
}

/** Keeps postings away from a year, before its status changes, until the transaction ends (architecture §3.5). */
export async function lockYearAccounts(tx: Tx, fundId: number, year: number): Promise<void> {
  await tx.rows(LIMIT_SILENCE);
  await tx.rows(LOCK_YEAR_ACCOUNTS, [fundId, year]);
}

/** Keeps postings away from a line, in every year, before its rule changes, until the transaction ends (architecture §3.5). */
export async function lockLineAccounts(tx: Tx, fundId: number, lineId: number): Promise<void> {
  await tx.rows(LIMIT_SILENCE);
  await tx.rows(LOCK_LINE_ACCOUNTS, [fundId, lineId]);
}

/** Keeps reservations, commitments and payments away from all open years of the fund, until the transaction ends (architecture §3.5). */
export async function lockGates(tx: Tx, fundId: number): Promise<void> {
  await tx.rows(LIMIT_SILENCE);
  await tx.rows(LOCK_GATES, [fundId]);
}

/** An account under lock. */
export interface AccountRow {
  readonly id: number;
  readonly fiscal_year: number;
  readonly code: AccountCode;
  readonly line_id: number | null;
  readonly normal_side: Side;
  readonly balance: Fen;
  readonly floor: Fen | null;
  readonly version: bigint;
  readonly last_effective_on: string | null;
  readonly award_count: number;
}

/** A person under lock. */
export interface PersonRow {
  readonly id: string;
  readonly identity_hash: string;
  readonly identity_masked: string;
  readonly name: string;
}

const LOCK_ACCOUNTS: Statement = {
  name: 'ledger.lock-accounts',
  text: `SELECT id, fiscal_year, code, line_id, normal_side, balance, floor, version, last_effective_on, award_count
           FROM account WHERE fund_id = $1 AND id = ANY ($2::integer[]) ORDER BY id FOR NO KEY UPDATE`,
};

const LOCK_AWARDS: Statement = {
  name: 'ledger.lock-awards',
  plannedEachTime: true,
  text: `SELECT a.id FROM (SELECT id FROM unnest($2::uuid[]) AS w (id) ORDER BY id OFFSET 0) w
          CROSS JOIN LATERAL (SELECT id FROM award WHERE fund_id = $1 AND id = w.id FOR NO KEY UPDATE) a`,
};

/** $1 fund, $2 ids: the rows of a kind, locked. */
function lockRows({ name, table, columns }: Companion['kind']): Statement {
  return {
    name: `ledger.lock-${name}`,
    plannedEachTime: true,
    text: `SELECT id, ${columns} FROM ${table} WHERE fund_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE`,
  };
}

const LOCK_PERSONS: Statement = {
  name: 'ledger.lock-persons',
  plannedEachTime: true,
  text: `SELECT id, identity_hash, identity_masked, name FROM person
          WHERE fund_id = $1 AND identity_hash = ANY ($2::text[]) ORDER BY identity_hash FOR NO KEY UPDATE`,
};

const LOCK_PAYEES: Statement = {
  name: 'ledger.lock-payees',
  plannedEachTime: true,
  text: 'SELECT id FROM enterprise WHERE fund_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR NO KEY UPDATE',
};

const FREE_ACCOUNTS: Statement = {
  name: 'ledger.free-accounts',
  text: 'SELECT id FROM account WHERE fund_id = $1 AND id = ANY ($2::integer[]) FOR NO KEY UPDATE SKIP LOCKED',
};

const FREE_AWARDS: Statement = {
  name: 'ledger.free-awards',
  text: 'SELECT id FROM award WHERE fund_id = $1 AND id = ANY ($2::uuid[]) FOR NO KEY UPDATE SKIP LOCKED',
};

const LOCK_YEAR_ACCOUNTS: Statement = {
  name: 'ledger.lock-year-accounts',
  text: 'SELECT id FROM account WHERE fund_id = $1 AND fiscal_year = $2 ORDER BY id FOR UPDATE',
};

const LOCK_LINE_ACCOUNTS: Statement = {
  name: 'ledger.lock-line-accounts',
  text: 'SELECT id FROM account WHERE fund_id = $1 AND line_id = $2 ORDER BY id FOR UPDATE',
};

const LOCK_GATES: Statement = {
  name: 'ledger.lock-gates',
  text: `SELECT a.id FROM account a JOIN fiscal_year y ON y.fund_id = a.fund_id AND y.year = a.fiscal_year
          WHERE a.fund_id = $1 AND y.status = 'open' AND a.code IN (4610, 4801) ORDER BY a.id FOR UPDATE OF a`,
};
