import { fiscalYearOf, invalid, isBusinessDate, ProblemError, type BusinessDate } from '../kernel/index.js';
import { propertyRule } from '../platform/http/index.js';
import type { ReportScope } from './report.js';

/** `YYYY-MM`. */
export const IsMonth = propertyRule(
  'isMonth',
  (value) => typeof value === 'string' && isBusinessDate(`${value}-01`),
  '須為年月,格式如 2016-03。',
  'must be a month of the calendar, written YYYY-MM',
);

/** A month of one of the fiscal years asked for. */
export interface Month {
  /** `YYYY-MM` */
  readonly name: string;
  readonly fiscalYear: number;
  /** First and last day. */
  readonly from: BusinessDate;
  readonly to: BusinessDate;
}

/** The month that a report is asked about; null: none. Refused where it lies in none of the years: nothing could be in it. */
export function monthOf({ month, fiscalYears }: Pick<ReportScope, 'month' | 'fiscalYears'>): Month | null {
  if (month === null) return null;
  const from = `${month}-01`;
  const fiscalYear = fiscalYearOf(from);
  if (!fiscalYears.includes(fiscalYear)) {
    throw new ProblemError(
      invalid('/query/month', `${month} 不在所查的預算年度內`, `The month ${month} lies in none of the fiscal years asked for`),
    );
  }
  const last = ['31', '30', '29', '28'].find((day) => isBusinessDate(`${month}-${day}`)) ?? '01';
  return { name: month, fiscalYear, from, to: `${month}-${last}` };
}
