import {
  formatYuan,
  parseYuan,
  problem,
  readableYuan,
  type BusinessDate,
  type Fen,
  type Problem,
} from '../../../kernel/index.js';
import { ACCOUNT } from '../../chart/accounts.js';
import { place, violation } from '../../rules/check-line-rule.js';
import type { LineRule } from '../../rules/line-rule.js';
import { freeMoneyFrom, isBelowZero, lowestFrom } from '../../state/balances.js';
import type { LineState, PersonState } from '../../state/model.js';
import type { More } from '../../state/more.js';
import type { State } from '../../state/state.js';
import { insufficient } from './budget-entry.js';

/** The annual pool is of the year, not of a day: what was released later in the year is free for an award dated before it as well. */
export function checkPool(
  state: State,
  line: LineState,
  { annualPool }: LineRule,
  { fiscalYear, amountFen }: { readonly fiscalYear: number; readonly amountFen: Fen },
): Problem | null {
  if (annualPool === undefined) return null;
  const pool = parseYuan(annualPool);
  if (pool === null) throw new Error(`Annual pool of ${line.code} is not an amount`);
  const left = pool - (state.pools.get(`${line.id}|${fiscalYear}`) ?? 0n);
  if (amountFen <= left) return null;
  const available = readableYuan(left);
  return violation(
    'annual-pool',
    [place('/amount', `本年度總額只餘 ${available} 元`, `Only ${available} is left of the year's pool`)],
    { available: formatYuan(left) },
  );
}

/** At most so many consecutive years to one person (§二(四)2): all years of the line's awards must lie within that span. */
export function checkYears(
  person: PersonState | null,
  line: LineState,
  { maxConsecutiveYears: most }: LineRule,
  fiscalYear: number,
): Problem | null {
  if (most === undefined || person === null) return null;
  const years = [fiscalYear, ...person.years.filter((year) => year.lineId === line.id).map((year) => year.fiscalYear)];
  if (Math.max(...years) - Math.min(...years) < most) return null;
  return violation('consecutive-years', [
    place('/fiscalYear', `同一人最多連續 ${most} 年`, `The same person is rewarded in at most ${most} consecutive years`),
  ]);
}

/** Refused because the line, or while one of the year is below zero the year, has too little on the date or a later one (domain §3). */
export function checkMoney(
  state: State,
  line: LineState,
  fiscalYear: number,
  amountFen: Fen,
  date: BusinessDate,
): Problem | More | null {
  const account = state.account(fiscalYear, ACCOUNT.available, line.id);
  const lowest = lowestFrom(account, date);
  if (typeof lowest !== 'bigint') return lowest;
  if (lowest < amountFen) return insufficient({ account, line, date, lowest });
  if (!isBelowZero(state, fiscalYear)) return null;
  const free = freeMoneyFrom(state, fiscalYear, date);
  if (typeof free !== 'bigint') return free;
  if (free >= amountFen) return null;
  const available = readableYuan(free);
  return problem(
    'insufficient-funds',
    `${fiscalYear} 年度有支出方向為負,全年於 ${date} 可動用金額只有 ${available} 元`,
    `A line of ${fiscalYear} is below zero: on ${date} the year's free money is only ${available}`,
    { extras: { available: formatYuan(free) } },
  );
}
