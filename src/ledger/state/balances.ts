import { minFen, type BusinessDate, type Fen } from '../../kernel/index.js';
import { ACCOUNT, RESOURCE_ACCOUNTS } from '../chart/accounts.js';
import type { AccountState, AwardDay, AwardState } from './model.js';
import type { More } from './more.js';
import type { State } from './state.js';

/**
 * What an account can still give on a date and every later one, fen: a posting dated before the account's last one needs the
 * running minimum, any other only the balance (domain §3, Dates).
 */
export function lowestFrom(account: AccountState, date: BusinessDate): Fen | More {
  return lowestSumFrom([account], [], date);
}

/** The most that accounts hold together on a date or a later one, fen (domain §3, Dates). */
export function highestSumFrom(accounts: readonly AccountState[], date: BusinessDate): Fen | More {
  const lowest = lowestSumFrom([], accounts, date);
  return typeof lowest === 'bigint' ? -lowest : lowest;
}

/** The least that some accounts hold together beyond others, on a date or a later one, fen. Accounts that moved later are read by day. */
function lowestSumFrom(plus: readonly AccountState[], minus: readonly AccountState[], date: BusinessDate): Fen | More {
  const balance = sum(plus) - sum(minus);
  const moved = [...plus, ...minus].filter(({ lastEffectiveOn }) => lastEffectiveOn !== null && date < lastEffectiveOn);
  if (moved.length === 0) return balance;
  const unread = moved.filter((account) => account.days === undefined);
  if (unread.length > 0) return { more: { kind: 'account-days', accountIds: unread.map((account) => account.id) } };
  const nets = new Map<BusinessDate, Fen>();
  for (const account of moved) {
    const sign = plus.includes(account) ? 1n : -1n;
    for (const [day, net] of account.days ?? []) nets.set(day, (nets.get(day) ?? 0n) + sign * net);
  }
  return runningMinimum(balance, nets, date, (net) => net);
}

/** What an award still has open in a stage on a date and every later one, fen. */
export function openFrom(award: AwardState, stage: keyof AwardDay, date: BusinessDate): Fen | More {
  if (date >= award.lastEffectiveOn) return award[stage];
  if (award.days === undefined) return { more: { kind: 'award-days', awardId: award.id } };
  return runningMinimum(award[stage], award.days, date, (day) => day[stage]);
}

/**
 * The first date from which on an award has so much open in a stage, fen; null: it has less even now. Its days are read where it was asked
 * for before.
 */
export function openSince(award: AwardState, stage: keyof AwardDay, amountFen: Fen): BusinessDate | null {
  if (award[stage] < amountFen) return null;
  let running = award[stage];
  for (const [day, moved] of latestFirst(award.days ?? new Map<BusinessDate, AwardDay>())) {
    running -= moved[stage];
    if (running < amountFen) return day;
  }
  return null;
}

/** The day on which an account came to what it has now, from what limits an event of this date; null: nothing limits it but the balance. */
export function raisedOn(account: AccountState, date: BusinessDate): BusinessDate | null {
  let running = account.balance;
  let lowest = running;
  let raised: BusinessDate | null = null;
  for (const [day, net] of latestFirst(account.days ?? new Map<BusinessDate, Fen>())) {
    if (day <= date) break;
    running -= net;
    if (running < lowest) [lowest, raised] = [running, day];
  }
  return raised;
}

function latestFirst<D>(days: ReadonlyMap<BusinessDate, D>): [BusinessDate, D][] {
  return [...days].sort(([left], [right]) => (left < right ? 1 : -1));
}

function runningMinimum<D>(balance: Fen, days: ReadonlyMap<BusinessDate, D>, date: BusinessDate, netOf: (day: D) => Fen): Fen {
  let running = balance;
  let lowest = balance;
  for (const [day, net] of latestFirst(days)) {
    if (day <= date) break;
    running -= netOf(net);
    lowest = minFen(lowest, running);
  }
  return lowest;
}

/**
 * Whether some line of the year is below zero: then, and only then, domain §3's limits on the year hold. Asked of the balances as they
 * are now: a shortage that was made good limits no event any more, whatever its date.
 */
export function isBelowZero(state: State, year: number): boolean {
  // Where the year is locked whole, its balances say it; else what was read before this batch counts as well.
  if (!state.wholeYears.has(year) && state.years.get(year)?.belowZero === true) return true;
  for (const account of state.accounts.values()) {
    if (account.code === ACCOUNT.available && account.fiscalYear === year && account.balance < 0n) return true;
  }
  return false;
}

/** The year's free money on a date and every later one, fen: unallotted and what all lines have available. Under lock on all of them. */
export function freeMoneyFrom(state: State, year: number, date: BusinessDate): Fen | More {
  const free = state.accountsOf(year, [ACCOUNT.unallotted, ACCOUNT.available]);
  return 'more' in free ? free : lowestSumFrom(free, [], date);
}

/** What the year can still disburse on a date and every later one, fen: resources − lapsed − carried out − disbursed. Under lock on all of them. */
export function disbursableFrom(state: State, year: number, date: BusinessDate): Fen | More {
  const resources = state.accountsOf(year, RESOURCE_ACCOUNTS);
  if ('more' in resources) return resources;
  const spent = state.accountsOf(year, [ACCOUNT.lapsed, ACCOUNT.carriedOut, ACCOUNT.disbursed]);
  return 'more' in spent ? spent : lowestSumFrom(resources, spent, date);
}

function sum(accounts: readonly AccountState[]): Fen {
  return accounts.reduce((total, account) => total + account.balance, 0n);
}
