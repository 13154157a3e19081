import type { Sql, Statement, Tx } from '../../platform/database/database.js';

/** A fund as it is stored. */
export interface FundRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly annual_amount_fen: bigint;
  readonly first_year: number;
  readonly last_year: number;
  readonly illustrative: boolean;
}

const FUND_COLUMNS = 'id, code, name, annual_amount_fen, first_year, last_year, illustrative';

const FIND_FUND: Statement = { name: 'budget.find-fund', text: `SELECT ${FUND_COLUMNS} FROM fund WHERE code = $1` };

/** The fund with this code. */
export async function findFund(sql: Sql, code: string): Promise<FundRow | null> {
  return (await sql.rows<FundRow>(FIND_FUND, [code]))[0] ?? null;
}

const LIST_FUNDS: Statement = {
  name: 'budget.list-funds',
  text: `SELECT ${FUND_COLUMNS} FROM fund WHERE $1::integer IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
};

/** Funds before the id given (null: from the newest), newest first. */
export async function listFunds(sql: Sql, beforeId: number | null, limit: number): Promise<FundRow[]> {
  return sql.rows<FundRow>(LIST_FUNDS, [beforeId, limit]);
}

const INSERT_FUND: Statement = {
  name: 'budget.insert-fund',
  text: `INSERT INTO fund (code, name, annual_amount_fen, first_year, last_year) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code) DO NOTHING RETURNING ${FUND_COLUMNS}`,
};

/** Stores a fund; null when its code is taken. */
export async function insertFund(
  tx: Tx,
  fund: { code: string; name: string; annualAmountFen: bigint; firstYear: number; lastYear: number },
): Promise<FundRow | null> {
  const values = [fund.code, fund.name, fund.annualAmountFen, fund.firstYear, fund.lastYear];
  return (await tx.rows<FundRow>(INSERT_FUND, values))[0] ?? null;
}

const LOCK_FUND: Statement = { name: 'budget.lock-fund', text: 'SELECT id FROM fund WHERE id = $1 FOR NO KEY UPDATE' };

/** Lines and years of a fund are added one after the other, so that a new line has accounts in every open year. */
export async function lockFund(tx: Tx, fundId: number): Promise<void> {
  await tx.rows(LOCK_FUND, [fundId]);
}
