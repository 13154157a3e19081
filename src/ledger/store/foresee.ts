import { integers, itself, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { ACCOUNT, type AccountCode } from '../chart/accounts.js';
import type { FundEntry } from './directory.js';
import type { LedgerEvent } from '../events/events.js';
import { FORESEE_AWARDS, FORESEE_FINDINGS, FORESEE_PROJECT_AWARDS } from './load.sql.js';
import { accountKey } from '../state/state.js';

/** What a batch must lock, found out before the locks are taken. */
export interface Foreseen {
  readonly accountIds: readonly number[];
  readonly awardIds: readonly string[];
  readonly findingIds: readonly string[];
  readonly lineIds: readonly number[];
  readonly years: readonly number[];
  /** project and year → ids of its awards */
  readonly projectAwards: ReadonlyMap<string, readonly string[]>;
  /** award → budget year its accounts were foreseen for */
  readonly budgetYears: ReadonlyMap<string, number>;
  /** Some line or account is not in the directory: it may be newer than it. */
  readonly incomplete: boolean;
  /** Years of which an account was wanted that is not in the directory: none is there before the year is opened. */
  readonly unopened: ReadonlySet<number>;
}

const COMMITTING: Partial<Record<LedgerEvent['kind'], readonly AccountCode[]>> = {
  commit: [ACCOUNT.reserved, ACCOUNT.committed],
  disburse: [ACCOUNT.committed, ACCOUNT.disbursed],
  release: [ACCOUNT.reserved, ACCOUNT.committed, ACCOUNT.available],
  settle: [ACCOUNT.reserved, ACCOUNT.committed, ACCOUNT.available],
  return: [ACCOUNT.disbursed, ACCOUNT.committed],
  'recovery-demand': [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra],
  recovery: [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra, ACCOUNT.disbursed],
};

const YEAR_ACCOUNTS: Statement = {
  name: 'ledger.year-accounts',
  text: 'SELECT id FROM account WHERE fund_id = $1 AND fiscal_year = ANY ($2::integer[])',
};

/** Ids of all accounts of the years, as the database has them: another process may have added a line that nobody here knows. */
export async function accountsOfYears(sql: Sql, fundId: number, years: ReadonlySet<number>): Promise<number[]> {
  if (years.size === 0) return [];
  return (await sql.rows<{ id: number }>(YEAR_ACCOUNTS, [fundId, integers([...years], itself)])).map((row) => row.id);
}

/** Foresees the locks of a batch. `wholeYears`: years of which every account is wanted (a line is below zero). */
export async function foresee(
  sql: Sql,
  fund: FundEntry,
  events: readonly LedgerEvent[],
  wholeYears: ReadonlySet<number>,
): Promise<Foreseen> {
  const want = new Wanted(fund);
  const awardEvents: { readonly awardId: string; readonly kind: LedgerEvent['kind'] }[] = [];
  const findingIds = new Set<string>();
  const holds: { projectId: string; fiscalYear: number }[] = [];
  for (const event of events) {
    if ('awardId' in event && event.kind !== 'settle') awardEvents.push({ awardId: event.awardId, kind: event.kind });
    else if (event.kind === 'settle') findingIds.add(event.findingId);
    else if (event.kind === 'assign-hold') holds.push(event);
    else want.accountsOf(event);
  }
  for (const year of wholeYears) want.year(year);
  for (const id of await accountsOfYears(sql, fund.id, wholeYears)) want.accountIds.add(id);

  const projectAwards = await foreseeProjects(sql, fund.id, holds);
  for (const ids of projectAwards.values()) for (const awardId of ids) awardEvents.push({ awardId, kind: 'assign-hold' });
  for (const awardId of await foreseeFindings(sql, fund.id, [...findingIds])) awardEvents.push({ awardId, kind: 'settle' });

  const budgetYears = new Map<string, number>();
  if (awardEvents.length > 0) {
    const ids = [...new Set(awardEvents.map((event) => event.awardId))];
    const rows = await sql.rows<{ id: string; line_id: number; fiscal_year: number; budget_year: number }>(FORESEE_AWARDS, [
      fund.id,
      uuids(ids, itself),
    ]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { awardId, kind } of awardEvents) {
      const award = byId.get(awardId);
      if (award === undefined) continue;
      budgetYears.set(award.id, award.budget_year);
      want.award(award.budget_year, award.line_id, COMMITTING[kind] ?? []);
      want.year(award.fiscal_year);
      if (kind === 'recovery') want.account(award.budget_year, ACCOUNT.unallotted, null);
    }
  }
  return {
    accountIds: [...want.accountIds],
    awardIds: [...budgetYears.keys()],
    findingIds: [...findingIds],
    lineIds: [...want.lineIds],
    years: [...want.years],
    projectAwards,
    budgetYears,
    incomplete: want.incomplete,
    unopened: want.unopened,
  };
}

async function foreseeProjects(
  sql: Sql,
  fundId: number,
  holds: readonly { projectId: string; fiscalYear: number }[],
): Promise<Map<string, readonly string[]>> {
  const byProject = new Map<string, string[]>();
  if (holds.length === 0) return byProject;
  const rows = await sql.rows<{ id: string; project_id: string; fiscal_year: number }>(FORESEE_PROJECT_AWARDS, [
    fundId,
    uuids(holds, (hold) => hold.projectId),
    integers(holds, (hold) => hold.fiscalYear),
  ]);
  for (const row of rows) {
    const key = `${row.project_id}|${row.fiscal_year}`;
    const ids = byProject.get(key) ?? [];
    if (!ids.includes(row.id)) ids.push(row.id);
    byProject.set(key, ids);
  }
  return byProject;
}

async function foreseeFindings(sql: Sql, fundId: number, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await sql.rows<{ award_ids: string[] }>(FORESEE_FINDINGS, [fundId, uuids(ids, itself)]);
  return rows.flatMap((row) => row.award_ids);
}

class Wanted {
  readonly accountIds = new Set<number>();
  readonly lineIds = new Set<number>();
  readonly years = new Set<number>();
  readonly unopened = new Set<number>();
  incomplete = false;

  constructor(private readonly fund: FundEntry) {}

  accountsOf(event: Exclude<LedgerEvent, { awardId: unknown } | { kind: 'assign-hold' | 'settle' }>): void {
    const { fiscalYear } = event;
    this.years.add(fiscalYear);
    switch (event.kind) {
      case 'appropriation':
      case 'supplement':
        this.account(fiscalYear, ACCOUNT.appropriation, null);
        this.account(fiscalYear, ACCOUNT.adjustment, null);
        this.account(fiscalYear, ACCOUNT.unallotted, null);
        return;
      case 'reduction':
        this.account(fiscalYear, ACCOUNT.adjustment, null);
        if (event.line === null) this.account(fiscalYear, ACCOUNT.unallotted, null);
        else this.line(fiscalYear, event.line, [ACCOUNT.available]);
        return;
      case 'allotment':
      case 'allotment-return':
        this.account(fiscalYear, ACCOUNT.unallotted, null);
        this.line(fiscalYear, event.line, [ACCOUNT.available]);
        return;
      case 'virement':
        this.line(fiscalYear, event.fromLine, [ACCOUNT.available]);
        this.line(fiscalYear, event.toLine, [ACCOUNT.available]);
        return;
      case 'reserve':
        this.line(fiscalYear, event.line, [ACCOUNT.available, ACCOUNT.reserved]);
    }
  }

  account(year: number, code: AccountCode, lineId: number | null): void {
    const id = this.fund.accounts.get(accountKey(year, code, lineId));
    if (id !== undefined) {
      this.accountIds.add(id);
      return;
    }
    this.unopened.add(year);
    this.incomplete = true;
  }

  award(budgetYear: number, lineId: number, codes: readonly AccountCode[]): void {
    this.lineIds.add(lineId);
    this.years.add(budgetYear);
    for (const code of codes) this.account(budgetYear, code, lineId);
  }

  year(year: number): void {
    this.years.add(year);
  }

  private line(year: number, code: string, codes: readonly AccountCode[]): void {
    const lineId = this.fund.lines.get(code);
    if (lineId === undefined) {
      this.incomplete = true;
      return;
    }
    this.lineIds.add(lineId);
    for (const accountCode of codes) this.account(year, accountCode, lineId);
  }
}
