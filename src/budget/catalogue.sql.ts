import type { Text } from '../kernel/index.js';
import type { Title, LineRule } from '../ledger/index.js';
import type { Sql, Statement, Tx } from '../platform/database/database.js';
import type { Form, Payee } from './forms.js';

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

/** A programme line as it is stored. */
export interface LineRow {
  readonly id: number;
  readonly code: string;
  readonly section: string;
  readonly title_zh_hant: string;
  readonly title_zh_hans: string;
  readonly title_en: string;
  readonly lead_agencies: string[];
  readonly form: Form;
  readonly payee: Payee;
  readonly reservable: boolean;
  readonly reason: string | null;
  readonly reason_en: string | null;
  readonly rule: LineRule;
  readonly version: number;
}

/** What makes a new line. */
export interface NewLine {
  readonly code: string;
  readonly section: string;
  readonly title: Title;
  readonly leadAgencies: readonly string[];
  readonly form: Form;
  readonly payee: Payee;
  readonly reservable: boolean;
  /** Why nothing can be reserved; null: something can. */
  readonly reason: Text | null;
  readonly rule: LineRule;
}

const FUND_COLUMNS = 'id, code, name, annual_amount_fen, first_year, last_year, illustrative';
const LINE_COLUMNS =
  'id, code, section, title_zh_hant, title_zh_hans, title_en, lead_agencies, form, payee, reservable, reason, reason_en, rule, version';

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

const FIND_LINE: Statement = {
  name: 'budget.find-line',
  text: `SELECT ${LINE_COLUMNS} FROM programme_line WHERE fund_id = $1 AND code = $2`,
};

/** Why nothing can be reserved on the line, in the languages that it is kept in; null: something can. */
export function reasonOf(line: LineRow): Text | null {
  return line.reason === null || line.reason_en === null ? null : { zh: line.reason, en: line.reason_en };
}

/** The fund's line with this code. */
export async function findLine(sql: Sql, fundId: number, code: string): Promise<LineRow | null> {
  return (await sql.rows<LineRow>(FIND_LINE, [fundId, code]))[0] ?? null;
}

const LIST_LINES: Statement = {
  name: 'budget.list-lines',
  text: `SELECT ${LINE_COLUMNS} FROM programme_line l
          WHERE fund_id = $1
            AND ($2::integer IS NULL OR (position, id) > (SELECT a.position, a.id FROM programme_line a WHERE a.fund_id = $1 AND a.id = $2))
          ORDER BY position, id LIMIT $3`,
};

/** Lines after the one given (null: from the first), in the order of the policy. */
export async function listLines(sql: Sql, fundId: number, afterId: number | null, limit: number): Promise<LineRow[]> {
  return sql.rows<LineRow>(LIST_LINES, [fundId, afterId, limit]);
}

const LOCK_FUND: Statement = { name: 'budget.lock-fund', text: 'SELECT id FROM fund WHERE id = $1 FOR NO KEY UPDATE' };

/** Lines and years of a fund are added one after the other, so that a new line has accounts in every open year. */
export async function lockFund(tx: Tx, fundId: number): Promise<void> {
  await tx.rows(LOCK_FUND, [fundId]);
}

const INSERT_LINE: Statement = {
  name: 'budget.insert-line',
  text: `INSERT INTO programme_line
           (fund_id, code, section, title_zh_hant, title_zh_hans, title_en, lead_agencies, form, payee, reservable, reason, reason_en, rule, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                 (SELECT coalesce(max(position), 0) + 1 FROM programme_line WHERE fund_id = $1))
         ON CONFLICT (fund_id, code) DO NOTHING RETURNING ${LINE_COLUMNS}`,
};

/** Stores a line behind the others of its fund; null when its code is taken. */
export async function insertLine(tx: Tx, fundId: number, line: NewLine): Promise<LineRow | null> {
  return (await tx.rows<LineRow>(INSERT_LINE, [fundId, line.code, ...valuesOf(line)]))[0] ?? null;
}

const UPDATE_LINE: Statement = {
  name: 'budget.update-line',
  text: `UPDATE programme_line
            SET section = $4, title_zh_hant = $5, title_zh_hans = $6, title_en = $7, lead_agencies = $8, form = $9, payee = $10,
                reservable = $11, reason = $12, reason_en = $13, rule = $14, version = version + 1
          WHERE fund_id = $1 AND id = $2 AND version = $3 RETURNING ${LINE_COLUMNS}`,
};

/** Changes a line that still has the version given; null when it has another. */
export async function updateLine(tx: Tx, fundId: number, id: number, version: number, line: NewLine): Promise<LineRow | null> {
  return (await tx.rows<LineRow>(UPDATE_LINE, [fundId, id, version, ...valuesOf(line)]))[0] ?? null;
}

function valuesOf(line: NewLine): unknown[] {
  const { zhHant, zhHans, en } = line.title;
  const { section, leadAgencies, form, payee, reservable, reason } = line;
  const rule = JSON.stringify(line.rule);
  return [section, zhHant, zhHans, en, leadAgencies, form, payee, reservable, reason?.zh ?? null, reason?.en ?? null, rule];
}
