import { invalid } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { lowestFrom } from '../state/balances.js';
import { budgetEntry, insufficient, missingLine, type BudgetStated } from './common/budget-entry.js';
import { dateInOpenYear } from './common/dates.js';
import { notReservable } from './common/reservable.js';
import type { EventKind } from './event-kind.js';
import { summarise } from './common/voucher.js';

/** 調劑 from line to line of the same year. */
export interface VirementEvent extends BudgetStated {
  readonly kind: 'virement';
  readonly fromLine: string;
  readonly toLine: string;
}

/** 4610 of one line → 4610 of another. */
export const virement: EventKind<VirementEvent> = {
  title: { zh: '調劑', en: 'Virement' },
  summary: (voucher) =>
    summarise(voucher, { zh: `調劑至「${voucher.toLine?.zh ?? ''}」`, en: `virement to “${voucher.toLine?.en ?? ''}”` }),

  asks: ({ amountFen, fiscalYear, fromLine, toLine }) => [
    { kind: 'virement', amountFen, of: `${fiscalYear}|${fromLine}|${toLine}` },
  ],
  needs(event) {
    const { fiscalYear: year, fromLine, toLine } = event;
    return {
      accounts: [fromLine, toLine].map((line) => ({ year, code: ACCOUNT.available, line })),
      budgetDocument: event,
    };
  },

  decide(state, event, _actor, ids) {
    const missing = missingLine(state, [event.fromLine, event.toLine]);
    if (missing !== null) return missing;
    if (event.fromLine === event.toLine) return invalid('/toLine', '須為另一支出方向', 'Must be another programme line');
    const date = dateInOpenYear(state, event.effectiveOn, event.fiscalYear);
    if (typeof date !== 'string') return date;
    const [from, to] = [state.lineOf(event.fromLine), state.lineOf(event.toLine)];
    const closed = notReservable(to, date);
    if (closed !== null) return closed;
    const source = state.account(event.fiscalYear, ACCOUNT.available, from.id);
    const lowest = lowestFrom(source, date);
    if (typeof lowest !== 'bigint') return lowest;
    if (lowest < event.amountFen) return insufficient({ account: source, line: from, date, lowest });
    const legs = transfer(source, state.account(event.fiscalYear, ACCOUNT.available, to.id), event.amountFen);
    const details = { fromLine: from.code, toLine: to.code };
    return { entries: [budgetEntry({ event, ids, date, line: from, legs, details })] };
  },
};
