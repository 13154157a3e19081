import type { Sql, Statement } from '../../platform/database/database.js';

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
