import { problem, type Problem } from '../kernel/index.js';
import type { Sql, Statement } from '../platform/database/database.js';
import { propertyRule } from '../platform/http/index.js';

/** Years that a fund has at most, and so those of one report. */
export const YEARS_LIMIT = 50;

const YEAR_LIST = /^(?:19|2\d)\d{2}(?:,(?:19|2\d)\d{2})*$/;

/** The fiscal years of `2016` or `2015,2016`, in their order; null: the text is none, names one twice or more than 50. */
export function fiscalYearsOf(text: string): readonly number[] | null {
  if (!YEAR_LIST.test(text)) return null;
  const years = text.split(',').map(Number);
  if (years.length > YEARS_LIMIT || new Set(years).size !== years.length) return null;
  return years.toSorted((left, right) => left - right);
}

/** Fiscal years of a query, separated by commas. One that is named twice would be counted once or twice: it is refused instead. */
export const IsFiscalYears = propertyRule(
  'isFiscalYears',
  (value) => typeof value === 'string' && fiscalYearsOf(value) !== null,
  '須為預算年度,例如 2016;多個年度以逗號分隔,例如 2015,2016,不得重複,最多 50 個。',
  'must be a fiscal year like 2016, or several like 2015,2016: each once, at most 50',
);

/** $1 fund, $2 years: the first of them that the fund lacks. */
const LACKING: Statement = {
  name: 'reports.lacking-year',
  text: `SELECT min(asked.year) AS year FROM unnest($2::integer[]) AS asked (year)
          WHERE NOT EXISTS (SELECT FROM fiscal_year y WHERE y.fund_id = $1 AND y.year = asked.year)`,
};

/** Refused because the fund lacks one of the years; null: it has them all. */
export async function lackingYear(
  sql: Sql,
  fund: { readonly id: number; readonly code: string },
  years: readonly number[],
): Promise<Problem | null> {
  const [row] = await sql.rows<{ year: number | null }>(LACKING, [fund.id, years]);
  const year = row?.year ?? null;
  if (year === null) return null;
  return problem('not-found', `專項資金「${fund.code}」沒有 ${year} 年度`, `The fund "${fund.code}" has no fiscal year ${year}`);
}
