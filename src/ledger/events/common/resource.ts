import { formatYuan, maxFen, problem, readableYuan } from '../../../kernel/index.js';
import { ACCOUNT } from '../../chart/accounts.js';
import { transfer } from '../../chart/legs.js';
import { highestSumFrom } from '../../state/balances.js';
import type { State } from '../../state/state.js';
import type { Ids, Needs, Outcome } from '../event-kind.js';
import { budgetEntry, type BudgetStated } from './budget-entry.js';
import { dateInOpenYear } from './dates.js';

/** Money that becomes available to the year: 預算批覆, 追加. */
export interface ResourceStated extends BudgetStated {
  /** Document that raises the year's ceiling by what this entry exceeds it. */
  readonly ceilingDocumentNo: string | null;
}

/** Both resource accounts, because the ceiling limits their sum, and the unallotted that they feed. */
export function resourceNeeds(event: ResourceStated & { readonly kind: string }): Needs {
  const { fiscalYear: year } = event;
  const codes = [ACCOUNT.appropriation, ACCOUNT.adjustment, ACCOUNT.unallotted];
  return { accounts: codes.map((code) => ({ year, code, line: null })), budgetDocument: event };
}

/**
 * Resource → unallotted (domain §3). The ceiling holds on the date and every later one; what a document raised holds for the whole year.
 */
export function decideResource(
  state: State,
  event: ResourceStated & { readonly kind: string },
  resource: typeof ACCOUNT.appropriation | typeof ACCOUNT.adjustment,
  ids: Ids,
): Outcome {
  const year = event.fiscalYear;
  const date = dateInOpenYear(state, event.effectiveOn, year);
  if (typeof date !== 'string') return date;
  const highest = highestSumFrom([state.account(year, ACCOUNT.appropriation), state.account(year, ACCOUNT.adjustment)], date);
  if (typeof highest !== 'bigint') return highest;
  const ceiling = state.fund.annualAmountFen + (state.years.get(year)?.ceilingRaisedFen ?? 0n);
  const lacking = highest + event.amountFen - ceiling;
  if (lacking > 0n && event.ceilingDocumentNo === null) {
    const room = maxFen(0n, event.amountFen - lacking);
    return problem(
      'insufficient-funds',
      `${year} 年度上限為 ${readableYuan(ceiling)} 元,尚可安排 ${readableYuan(room)} 元;超過須註明提高上限的文號`,
      `The ceiling of ${year} is ${readableYuan(ceiling)}; ${readableYuan(room)} is left. To go above it, cite the document that raises it`,
      { extras: { available: formatYuan(room), ceiling: formatYuan(ceiling) } },
    );
  }
  const legs = transfer(state.account(year, resource), state.account(year, ACCOUNT.unallotted), event.amountFen);
  const details =
    event.ceilingDocumentNo === null
      ? null
      : { ceilingDocumentNo: event.ceilingDocumentNo, ceilingRaised: formatYuan(maxFen(0n, lacking)) };
  const entries = [budgetEntry({ event, ids, date, line: null, legs, details })];
  return lacking > 0n ? { entries, ceilingRaised: { year, byFen: lacking } } : { entries };
}
