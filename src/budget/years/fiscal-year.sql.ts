import { CHART } from '../../ledger/index.js';
import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import { announce } from '../../platform/outbox/outbox.sql.js';

/** draft → open → closed. */
export type YearStatus = 'draft' | 'open' | 'closed';

const INSERT_YEARS: Statement = {
  name: 'budget.insert-years',
  text: `INSERT INTO fiscal_year (fund_id, year) SELECT $1, generate_series($2::integer, $3::integer) ON CONFLICT DO NOTHING`,
};

/** The years from first to last, as drafts; those that are there stay as they are. */
export async function insertYears(tx: Tx, fundId: number, first: number, last: number): Promise<void> {
  await tx.rows(INSERT_YEARS, [fundId, first, last]);
}

const LIST_YEARS: Statement = {
  name: 'budget.list-years',
  text: `SELECT year FROM fiscal_year WHERE fund_id = $1 AND ($2::integer IS NULL OR year < $2) ORDER BY year DESC LIMIT $3`,
};

/** Years before the one given (null: from the last), latest first. */
export async function listYears(sql: Sql, fundId: number, before: number | null, limit: number): Promise<number[]> {
  return (await sql.rows<{ year: number }>(LIST_YEARS, [fundId, before, limit])).map((row) => row.year);
}

const YEAR_STATUS: Statement = {
  name: 'budget.year-status',
  text: 'SELECT status FROM fiscal_year WHERE fund_id = $1 AND year = $2',
};

/** The year's status; null when the fund has no such year. */
export async function yearStatus(sql: Sql, fundId: number, year: number): Promise<YearStatus | null> {
  return (await sql.rows<{ status: YearStatus }>(YEAR_STATUS, [fundId, year]))[0]?.status ?? null;
}

const OPEN_YEAR: Statement = {
  name: 'budget.open-year',
  text: `UPDATE fiscal_year SET status = 'open' WHERE fund_id = $1 AND year = $2 AND status = 'draft' RETURNING year`,
};

/** Draft → open, under the locks of the year's accounts (architecture §3.5); false when the year was no draft. */
export async function markYearOpen(tx: Tx, fundId: number, year: number): Promise<boolean> {
  return (await tx.rows(OPEN_YEAR, [fundId, year])).length === 1;
}

const CREATE_ACCOUNTS: Statement = {
  name: 'budget.create-accounts',
  text: `WITH chart AS (
           SELECT * FROM unnest($2::smallint[], $3::"char"[], $4::text[]) AS chart (code, normal_side, scope)
         )
         INSERT INTO account (fund_id, fiscal_year, code, line_id, normal_side, floor)
         SELECT y.fund_id, y.year, c.code, l.id, c.normal_side, CASE WHEN c.code = 4120 THEN NULL ELSE 0 END
           FROM fiscal_year y
          CROSS JOIN chart c
          CROSS JOIN LATERAL (
                SELECT NULL::integer AS id WHERE c.scope IN ('year', 'both')
                UNION ALL
                SELECT p.id FROM programme_line p WHERE p.fund_id = y.fund_id AND c.scope IN ('line', 'both')) l
          WHERE y.fund_id = $1 AND y.status = 'open'
          ORDER BY y.year, c.code, l.id
         ON CONFLICT (fund_id, fiscal_year, code, line_id) DO NOTHING`,
};

/** Creates what accounts the fund's open years still lack: all of a new year, or those of a new line. */
export async function createAccounts(tx: Tx, fundId: number): Promise<void> {
  const columns = [CHART.map((kind) => kind.code), CHART.map((kind) => kind.normalSide), CHART.map((kind) => kind.scope)];
  await tx.rows(CREATE_ACCOUNTS, [fundId, ...columns]);
}

const OPEN_YEARS: Statement = {
  name: 'budget.open-years',
  text: `SELECT year FROM fiscal_year WHERE fund_id = $1 AND status = 'open' ORDER BY year`,
};

/** Has every open year of the fund reconciled again. */
export async function touchOpenYears(tx: Tx, fundId: number): Promise<void> {
  const years = await tx.rows<{ year: number }>(OPEN_YEARS, [fundId]);
  await announce(
    tx,
    'posted',
    fundId,
    years.map(({ year }) => year),
  );
}
