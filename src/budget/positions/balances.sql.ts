import type { Sql, Statement } from '../../platform/database/database.js';

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
