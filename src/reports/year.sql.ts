import type { Sql, Statement } from '../platform/database/database.js';

const HAS_YEAR: Statement = {
  name: 'reports.has-year',
  text: `SELECT FROM fiscal_year WHERE fund_id = $1 AND year = $2`,
};

/** Whether the fund has the fiscal year, whatever its status. */
export async function hasYear(sql: Sql, fundId: number, fiscalYear: number): Promise<boolean> {
  return (await sql.rows(HAS_YEAR, [fundId, fiscalYear])).length > 0;
}
