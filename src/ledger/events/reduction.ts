import { formatYuan, invalid, maxFen, problem, readableYuan, type BusinessDate, type Problem } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { disbursableFrom, isBelowZero, lowestFrom } from '../state/balances.js';
import type { FloorOverride } from '../state/effects.js';
import type { More } from '../state/more.js';
import type { State } from '../state/state.js';
import { budgetEntry, insufficient, missingLine, type BudgetStated } from './common/budget-entry.js';
import { dateInOpenYear } from './common/dates.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, said, saidText, summarise } from './common/voucher.js';

/** 追減, from a line's available or from the unallotted. */
export interface ReductionEvent extends BudgetStated {
  readonly kind: 'reduction';
  /** Line code; null: from the unallotted. */
  readonly line: string | null;
  readonly override: FloorOverride | null;
}

/** 4610 of the line, or 4450, → 4120. Only an override lets a line fall below zero. */
export const reduction: EventKind<ReductionEvent> = {
  title: { zh: '追減', en: 'Reduction' },
  summary: (voucher) =>
    summarise(voucher, { zh: '追減', en: 'reduction' }, [
      [PAPERS.override, saidText(said(voucher.details, 'override'), 'documentNo')],
    ]),

  asks: ({ amountFen, fiscalYear, line, override }) => [
    { kind: 'reduction', amountFen, of: `${fiscalYear}|${line ?? ''}|` },
    ...(override === null ? [] : [{ kind: 'override' as const, amountFen }]),
  ],
  needs(event) {
    const { fiscalYear: year, line } = event;
    return {
      accounts: [
        { year, code: ACCOUNT.adjustment, line: null },
        { year, code: line === null ? ACCOUNT.unallotted : ACCOUNT.available, line },
      ],
      budgetDocument: event,
    };
  },

  decide(state, event, _actor, ids) {
    const missing = event.line === null ? null : missingLine(state, [event.line]);
    if (missing !== null) return missing;
    const year = event.fiscalYear;
    const date = dateInOpenYear(state, event.effectiveOn, year);
    if (typeof date !== 'string') return date;
    const expired = event.override === null ? null : expiresTooEarly(event.override, date < state.today ? state.today : date);
    if (expired !== null) return expired;
    const line = event.line === null ? null : state.lineOf(event.line);
    const from = line === null ? state.account(year, ACCOUNT.unallotted) : state.account(year, ACCOUNT.available, line.id);
    const lowest = lowestFrom(from, date);
    if (typeof lowest !== 'bigint') return lowest;
    const lacks = lowest < event.amountFen;
    if (lacks && (event.override === null || line === null)) {
      return insufficient({ account: from, line, date, lowest });
    }
    const short = spentAlready(state, event, date, lacks);
    if (short !== null) return short;

    const legs = transfer(from, state.account(year, ACCOUNT.adjustment), event.amountFen);
    if (!lacks || event.override === null) return { entries: [budgetEntry({ event, ids, date, line, legs })] };
    const lackingFen = event.amountFen - maxFen(0n, lowest);
    const details = { override: event.override, lacking: formatYuan(lackingFen) };
    const entries = [budgetEntry({ event, ids, date, line, legs, details })];
    // An override lets the balance fall; where only an earlier day lacked, the balance itself may still be above zero.
    if (from.balance - event.amountFen >= 0n) return { entries };
    return { entries, override: { ...event.override, account: from, lackingFen } };
  },
};

/** An override is in force on the day of its entry, and today (domain §3, Overrides). */
function expiresTooEarly({ expiresOn }: FloorOverride, date: BusinessDate): Problem | null {
  if (expiresOn >= date) return null;
  return invalid('/override/expiresOn', `期限不得早於 ${date}`, `An override must not expire before ${date}`);
}

/** While a line is, or comes to be, below zero, a reduction leaves the year what it has disbursed, lapsed and carried out (domain §3). */
function spentAlready(state: State, event: ReductionEvent, date: BusinessDate, comesBelowZero: boolean): Problem | More | null {
  if (!comesBelowZero && !isBelowZero(state, event.fiscalYear)) return null;
  const left = disbursableFrom(state, event.fiscalYear, date);
  if (typeof left !== 'bigint') return left;
  if (left >= event.amountFen) return null;
  const available = readableYuan(left);
  return problem(
    'insufficient-funds',
    `${event.fiscalYear} 年度有支出方向為負,於 ${date} 扣除已撥付金額後只能再追減 ${available} 元`,
    `A line of ${event.fiscalYear} is below zero: on ${date}, beside what is disbursed, only ${available} of the year can be taken`,
    { extras: { available: formatYuan(left) } },
  );
}
