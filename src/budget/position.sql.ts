import { setTimeout } from 'node:timers/promises';
import type { Sql, Statement } from '../platform/database/database.js';

/** Balance of one account, in its normal direction, fen. */
export interface BalanceRow {
  readonly fiscal_year: number;
  readonly code: number;
  /** null: the year's account without line. */
  readonly line_id: number | null;
  readonly balance: bigint;
}

const CURRENT: Statement = {
  name: 'budget.balances',
  text: `SELECT fiscal_year, code, line_id, balance FROM account WHERE fund_id = $1 AND fiscal_year = ANY ($2::integer[])`,
};

/** Balances now. */
export async function currentBalances(sql: Sql, fundId: number, years: readonly number[]): Promise<BalanceRow[]> {
  return sql.rows<BalanceRow>(CURRENT, [fundId, years]);
}

const AS_OF: Statement = {
  name: 'budget.balances-as-of',
  text: `SELECT a.fiscal_year, a.code, a.line_id,
                (SELECT coalesce(sum(d.net_fen), 0)::bigint FROM account_day d
                  WHERE d.fund_id = a.fund_id AND d.account_id = a.id AND d.effective_on <= $3::date) AS balance
           FROM account a WHERE a.fund_id = $1 AND a.fiscal_year = ANY ($2::integer[])`,
};

/** Balances by what took effect on or before a business date. */
export async function balancesAsOf(sql: Sql, fundId: number, years: readonly number[], asOf: string): Promise<BalanceRow[]> {
  return sql.rows<BalanceRow>(AS_OF, [fundId, years, asOf]);
}

const RECORDED_AS_OF: Statement = {
  name: 'budget.balances-recorded-as-of',
  text: `SELECT a.fiscal_year, a.code, a.line_id,
                coalesce((SELECT p.balance_after FROM posting p
                           WHERE p.fund_id = a.fund_id AND p.account_id = a.id
                             AND p.version = account_version_at(a.fund_id, a.id, a.version, $3::timestamptz)), 0) AS balance
           FROM account a WHERE a.fund_id = $1 AND a.fiscal_year = ANY ($2::integer[])`,
};

/** Balances as the ledger knew them at an instant; the instant comes from `settledInstant`. */
export async function balancesRecordedAsOf(sql: Sql, fundId: number, years: readonly number[], at: Date): Promise<BalanceRow[]> {
  return sql.rows<BalanceRow>(RECORDED_AS_OF, [fundId, years, at]);
}

const AS_OF_BOTH: Statement = {
  name: 'budget.balances-as-of-both',
  text: `SELECT a.fiscal_year, a.code, a.line_id,
                (SELECT coalesce(sum(CASE WHEN p.side = a.normal_side THEN p.amount_fen ELSE -p.amount_fen END), 0)::bigint
                   FROM posting p
                  WHERE p.fund_id = a.fund_id AND p.account_id = a.id AND p.effective_on <= $3::date
                    AND p.version <= account_version_at(a.fund_id, a.id, a.version, $4::timestamptz)) AS balance
           FROM account a WHERE a.fund_id = $1 AND a.fiscal_year = ANY ($2::integer[])`,
};

/** Balances by what took effect on or before a date, as far as the ledger knew it at an instant. Reads every posting of the years. */
export async function balancesAsOfBoth(
  sql: Sql,
  fundId: number,
  years: readonly number[],
  asOf: string,
  at: Date,
): Promise<BalanceRow[]> {
  return sql.rows<BalanceRow>(AS_OF_BOTH, [fundId, years, asOf, at]);
}

// Recorded instants are milliseconds, rounded, and lie after the start of their transaction. So whatever is recorded strictly before
// the millisecond in which the oldest running transaction began, or in which this statement began, is committed by now.
const SETTLED_INSTANT: Statement = {
  name: 'budget.settled-instant',
  text: `SELECT least($1::timestamptz,
                      date_trunc('milliseconds', least(statement_timestamp(), (
                        SELECT min(xact_start) FROM pg_stat_activity
                         WHERE datname = current_database() AND usename = current_user AND backend_xid IS NOT NULL
                           AND pid <> pg_backend_pid()))) - interval '1 millisecond') AS at,
                $1::timestamptz <= statement_timestamp() AS past`,
};

/** How long an instant that has come is waited for to settle, and how often it is looked at, milliseconds. */
const SETTLING_MS = 1_000;
const LOOK_MS = 5;

/**
 * The latest instant, at most the one given, at which nothing can still be recorded: an answer for it stays true. Who asks as of what was
 * recorded a moment ago waits until it has settled, for a second at most. Read the balances in a later statement than this one.
 */
export async function settledInstant(sql: Sql, wanted: Date): Promise<Date> {
  const until = performance.now() + SETTLING_MS;
  for (;;) {
    const [row] = await sql.rows<{ at: Date; past: boolean }>(SETTLED_INSTANT, [wanted]);
    if (row === undefined) throw new Error('The database did not tell the time');
    if (!row.past || row.at >= wanted || performance.now() > until) return row.at;
    await setTimeout(LOOK_MS);
  }
}

const POSITION_LINES: Statement = {
  name: 'budget.position-lines',
  text: `SELECT id, code, title_zh_hant, title_zh_hans, title_en FROM programme_line WHERE fund_id = $1 ORDER BY position, id`,
};

/** A line as a position names it. */
export interface PositionLineRow {
  readonly id: number;
  readonly code: string;
  readonly title_zh_hant: string;
  readonly title_zh_hans: string;
  readonly title_en: string;
}

/** Every line of the fund, in the order of the policy. */
export async function positionLines(sql: Sql, fundId: number): Promise<PositionLineRow[]> {
  return sql.rows<PositionLineRow>(POSITION_LINES, [fundId]);
}

const POSITION_YEARS: Statement = {
  name: 'budget.position-years',
  text: `SELECT year, status FROM fiscal_year WHERE fund_id = $1 AND year = ANY ($2::integer[])`,
};

/** Status of the years. */
export async function positionYears(
  sql: Sql,
  fundId: number,
  years: readonly number[],
): Promise<{ year: number; status: string }[]> {
  return sql.rows(POSITION_YEARS, [fundId, years]);
}
