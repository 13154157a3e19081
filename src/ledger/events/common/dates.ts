import { fiscalYearOf, invalid, problem, type BusinessDate, type Problem, type Warning } from '../../../kernel/index.js';
import type { State } from '../../state/state.js';

/*
 * Business dates (domain §3, Dates). Nothing is dated by default but with the day on which it happens: an event of a year that is over, or
 * has not begun, must say when it was.
 */

/** The date of an event of a fiscal year: as stated, else today, where that lies in the year. */
export function effectiveDate(state: State, stated: BusinessDate | null, fiscalYear: number): BusinessDate | Problem {
  const date = stated ?? state.today;
  if (fiscalYearOf(date) === fiscalYear) return date;
  return stated === null ? mustBeStated(state, fiscalYear) : outsideOfYear(fiscalYear);
}

function mustBeStated(state: State, fiscalYear: number): Problem {
  return invalid(
    '/effectiveOn',
    `今天(${state.today})不在 ${fiscalYear} 預算年度之內,須填寫業務日期`,
    `Today (${state.today}) is outside the fiscal year ${fiscalYear}: state the business date`,
  );
}

function outsideOfYear(fiscalYear: number): Problem {
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

/** What a reservation says of its dates. */
interface ReservationDates {
  readonly fiscalYear: number;
  readonly approvedOn: BusinessDate;
  readonly effectiveOn: BusinessDate | null;
}

/**
 * The date of a reservation: as stated, else that of its approval, where it lies in the year. Approval ≤ reservation ≤ today, and no
 * approval earlier than the year before the fund's first: the earliest approval may decide which award is kept (domain §5).
 */
export function reservationDate(state: State, event: ReservationDates): BusinessDate | Problem {
  const { fiscalYear, approvedOn, effectiveOn } = event;
  const earliest = `${state.fund.firstYear - 1}-01-01`;
  if (approvedOn < earliest) {
    return invalid('/approvedOn', `審批日期不得早於 ${earliest}`, `The approval must not be before ${earliest}`);
  }
  if (approvedOn > state.today) {
    return invalid(
      '/approvedOn',
      `審批日期不得晚於今天(${state.today})`,
      `The approval must not be after today (${state.today})`,
    );
  }
  const date = effectiveOn ?? approvedOn;
  if (fiscalYearOf(date) !== fiscalYear) {
    return effectiveOn === null ? mustSayWhen(fiscalYear) : outsideOfYear(fiscalYear);
  }
  if (date < approvedOn) {
    return invalid(
      '/effectiveOn',
      `日期不得早於審批日期 ${approvedOn}`,
      `The date must not be before the approval, ${approvedOn}`,
    );
  }
  if (date > state.today) {
    return invalid('/effectiveOn', `日期不得晚於今天(${state.today})`, `The date must not be after today (${state.today})`);
  }
  return yearNotOpen(state, fiscalYear) ?? date;
}

function mustSayWhen(fiscalYear: number): Problem {
  return invalid(
    '/effectiveOn',
    `審批日期不在 ${fiscalYear} 預算年度之內,須填寫業務日期`,
    `The approval lies outside the fiscal year ${fiscalYear}: state the business date`,
  );
}

/** What is odd of a reservation whose approval lies outside of its fiscal year; it may be right, where approval and money are of two years. */
export function approvedInAnotherYear({ fiscalYear, approvedOn }: ReservationDates): readonly Warning[] {
  if (fiscalYearOf(approvedOn) === fiscalYear) return [];
  return [
    {
      code: 'approved-in-another-year',
      detail: {
        zh: `審批日期 ${approvedOn} 不在 ${fiscalYear} 預算年度之內,請核對日期與年度`,
        en: `The approval, ${approvedOn}, lies outside the fiscal year ${fiscalYear}: check the date and the year`,
      },
    },
  ];
}

/** Money that comes back after its payment's year can't be booked yet: what it becomes is for the year end to say (domain §3). */
export function yearPassed(state: State, stated: BusinessDate | null, paidYear: number): Problem | null {
  const date = stated ?? state.today;
  if (fiscalYearOf(date) <= paidYear) return null;
  return problem(
    'year-passed',
    `該筆撥付屬 ${paidYear} 年度,${date} 退回或追回的款項尚不能入賬;如於 ${paidYear} 年內收到,請填寫業務日期`,
    `The payment is of ${paidYear}; what comes back on ${date} can't be booked yet. If it came within ${paidYear}, state the business date`,
    { extras: { paidYear } },
  );
}
