import { clampToFiscalYear, fiscalYearOf, invalid, problem, type BusinessDate, type Problem } from '../../../kernel/index.js';
import type { State } from '../../state/state.js';

/** The business date of an event: as stated, or today clamped into the fiscal year; stated outside the year it is refused. */
export function effectiveDate(state: State, stated: BusinessDate | null, fiscalYear: number): BusinessDate | Problem {
  if (stated === null) return clampToFiscalYear(state.today, fiscalYear);
  if (fiscalYearOf(stated) === fiscalYear) return stated;
  return invalid('/effectiveOn', `日期須在 ${fiscalYear} 預算年度之內`, `The date must lie in the fiscal year ${fiscalYear}`);
}

/** Refused unless the year is open. */
export function yearNotOpen(state: State, fiscalYear: number): Problem | null {
  const status = state.years.get(fiscalYear)?.status;
  if (status === 'open') return null;
  return problem(
    'year-not-open',
    status === 'closed' ? `${fiscalYear} 預算年度已關閉` : `${fiscalYear} 預算年度尚未開放`,
    status === 'closed' ? `The fiscal year ${fiscalYear} is closed` : `The fiscal year ${fiscalYear} has not been opened`,
  );
}

/** The business date of an event that posts into a year, which must be open. */
export function dateInOpenYear(state: State, stated: BusinessDate | null, fiscalYear: number): BusinessDate | Problem {
  const date = effectiveDate(state, stated, fiscalYear);
  if (typeof date !== 'string') return date;
  return yearNotOpen(state, fiscalYear) ?? date;
}
