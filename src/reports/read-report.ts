import { findFund, settledInstant } from '../budget/index.js';
import { problem, ProblemError, type BusinessDate } from '../kernel/index.js';
import type { Database } from '../platform/database/database.js';
import type { Language } from '../platform/http/index.js';
import { lackingYear } from './fiscal-years.js';
import type { LedgerOrder, ReadTable, Table } from './report.js';
import { readAccountLedger } from './tables/account-ledger.js';
import { readBudgetExecution } from './tables/budget-execution.js';
import { readPayments } from './tables/payments.js';
import { readTrialBalance } from './tables/trial-balance.js';

/** Every report by its name. */
const REPORTS: ReadonlyMap<string, ReadTable> = new Map<string, ReadTable>([
  ['budget-execution', readBudgetExecution],
  ['trial-balance', readTrialBalance],
  ['account-ledger', readAccountLedger],
  ['payments', readPayments],
]);

/** Names of the reports. */
export const REPORT_NAMES: readonly string[] = [...REPORTS.keys()];

/** What a report is asked for. */
export interface AskedReport {
  readonly report: string;
  readonly fund: string;
  /** Ascending, each once. */
  readonly fiscalYears: readonly number[];
  readonly asOf: BusinessDate | null;
  readonly recordedAsOf: Date | null;
  readonly agency: string | null;
  readonly month: string | null;
  readonly account: string | null;
  readonly line: string | null;
  readonly order: LedgerOrder;
  readonly language: Language;
}

/** A report that can be read now. */
export interface OpenReport {
  readonly table: Table;
  /** Whether the fund carries demonstration data that we made up (domain §5). */
  readonly illustrative: boolean;
  /** The instant used: at most the one asked for, and before anything that was still being recorded; null: none was asked for. */
  readonly recordedAsOf: Date | null;
}

/** Finds the report, its fund and years, and opens its table; `not-found` where one of them is missing. */
export async function openReport(db: Database, asked: AskedReport): Promise<OpenReport> {
  const read = REPORTS.get(asked.report);
  if (read === undefined) {
    const names = REPORT_NAMES.join(', ');
    const zh = `沒有報表「${asked.report}」;報表為 ${names}`;
    throw new ProblemError(problem('not-found', zh, `There is no report "${asked.report}"; the reports are ${names}`));
  }
  const fund = await findFund(db, asked.fund);
  if (fund === null) {
    throw new ProblemError(problem('not-found', `沒有專項資金「${asked.fund}」`, `There is no fund "${asked.fund}"`));
  }
  const lacking = await lackingYear(db, fund, asked.fiscalYears);
  if (lacking !== null) throw new ProblemError(lacking);
  const recordedAsOf = asked.recordedAsOf === null ? null : await settledInstant(db, asked.recordedAsOf);
  return { recordedAsOf, illustrative: fund.illustrative, table: await read({ ...asked, sql: db, fund, recordedAsOf }) };
}
