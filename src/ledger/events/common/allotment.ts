import { ACCOUNT } from '../../chart/accounts.js';
import { transfer } from '../../chart/legs.js';
import { lowestFrom } from '../../state/balances.js';
import type { State } from '../../state/state.js';
import type { Ids, Needs, Outcome } from '../event-kind.js';
import { budgetEntry, insufficient, missingLine, type BudgetStated } from './budget-entry.js';
import { dateInOpenYear } from './dates.js';
import { notReservable } from './reservable.js';

/** Money between the year's unallotted and a line. */
export interface AllotmentStated extends BudgetStated {
  /** Line code. */
  readonly line: string;
}

/** The unallotted and the line's available. */
export function allotmentNeeds(event: AllotmentStated & { readonly kind: string }): Needs {
  const { fiscalYear: year, line } = event;
  return {
    accounts: [
      { year, code: ACCOUNT.unallotted, line: null },
      { year, code: ACCOUNT.available, line },
    ],
    budgetDocument: event,
  };
}

/** Unallotted → line, or its mirror back. */
export function decideAllotment(
  state: State,
  event: AllotmentStated & { readonly kind: string },
  way: 'to-line' | 'back',
  ids: Ids,
): Outcome {
  const missing = missingLine(state, [event.line]);
  if (missing !== null) return missing;
  const date = dateInOpenYear(state, event.effectiveOn, event.fiscalYear);
  if (typeof date !== 'string') return date;
  const line = state.lineOf(event.line);
  const closed = way === 'to-line' ? notReservable(line, date) : null;
  if (closed !== null) return closed;
  const unallotted = state.account(event.fiscalYear, ACCOUNT.unallotted);
  const available = state.account(event.fiscalYear, ACCOUNT.available, line.id);
  const [from, to] = way === 'to-line' ? [unallotted, available] : [available, unallotted];
  const lowest = lowestFrom(from, date);
  if (typeof lowest !== 'bigint') return lowest;
  if (lowest < event.amountFen) {
    return insufficient({ account: from, line: way === 'to-line' ? null : line, date, lowest });
  }
  return { entries: [budgetEntry({ event, ids, date, line, legs: transfer(from, to, event.amountFen) })] };
}
