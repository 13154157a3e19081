import { maxFen, minFen, type BusinessDate, type Fen } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { isLive } from '../events/decide-hold.js';
import {
  claimKey,
  personOf,
  personYearKey,
  type AwardChange,
  type Claim,
  type ClaimKind,
  type Effects,
  type EntryDraft,
  type Leg,
} from './effects.js';
import type {
  AccountState,
  AwardState,
  ClaimHolder,
  DemandState,
  EnterpriseState,
  PaymentState,
  PersonState,
  ProjectState,
  State,
} from './state.js';

/** A posting that is to be written. */
export interface PostingRow {
  readonly account: AccountState;
  readonly version: bigint;
  readonly entry: EntryDraft;
  readonly leg: Leg;
  readonly balanceAfter: Fen;
}

/** An entry that is to be written, with the award as it stands after it. */
export interface EntryRow {
  readonly entry: EntryDraft;
  readonly actorId: string;
  readonly awardAfter: readonly bigint[] | null;
}

/** All that the accepted events of a batch write, gathered set-wise. */
export class Changes {
  readonly entries: EntryRow[] = [];
  readonly postings: PostingRow[] = [];
  readonly enterprises: EnterpriseState[] = [];
  readonly creditCodes: { enterprise: EnterpriseState; creditCode: string }[] = [];
  readonly projects: ProjectState[] = [];
  readonly persons: PersonState[] = [];
  readonly newAwards = new Set<AwardState>();
  readonly changedAwards = new Set<AwardState>();
  readonly claims: Claim[] = [];
  /** awards whose claims of these kinds are given up */
  readonly freedClaims: { awardId: string; kind: ClaimKind }[] = [];
  readonly payments = new Set<PaymentState>();
  readonly newPayments = new Set<PaymentState>();
  readonly demands = new Set<DemandState>();
  readonly newDemands = new Set<DemandState>();
  readonly overrides: { entryId: string; override: NonNullable<Effects['override']> }[] = [];
  readonly raisedYears = new Set<number>();
  readonly settled: NonNullable<Effects['settled']>[] = [];
  /** accounts as they were before the batch, for those that moved */
  readonly moved = new Map<AccountState, bigint>();
}

/** How to take an applied event back, last first. */
export type Undo = (() => void)[];

/** Carries accepted effects out in memory: on the state, for the events that follow, and on the changes that will be written. */
export function apply(state: State, changes: Changes, effects: Effects, actorId: string, undo: Undo): void {
  if (effects.newEnterprise !== undefined) {
    setKey(state.enterprises, effects.newEnterprise.organizationCode, effects.newEnterprise, undo);
    push(changes.enterprises, effects.newEnterprise, undo);
  }
  if (effects.creditCode !== undefined) {
    const { enterprise, creditCode } = effects.creditCode;
    set(enterprise, 'creditCode', creditCode, undo);
    push(changes.creditCodes, effects.creditCode, undo);
  }
  if (effects.newProject !== undefined) {
    setKey(state.projects, `${effects.newProject.enterpriseId}|${effects.newProject.key}`, effects.newProject, undo);
    push(changes.projects, effects.newProject, undo);
  }
  if (effects.newPerson !== undefined) {
    setKey(state.persons, effects.newPerson.identityHash, effects.newPerson, undo);
    push(changes.persons, effects.newPerson, undo);
  }
  if (effects.newAward !== undefined) applyNewAward(state, changes, effects.newAward, undo);
  for (const entry of effects.entries) applyEntry(state, changes, entry, effects, actorId, undo);
  for (const claim of effects.claims ?? []) {
    const award = effects.newAward ?? state.awards.get(claim.awardId);
    if (award !== undefined) setKey(state.claims, claimKey(claim.kind, claim.key), [holderOf(state, award)], undo);
    push(changes.claims, claim, undo);
  }
  applyPayment(state, changes, effects, undo);
  if (effects.ceilingRaised !== undefined) {
    const year = state.years.get(effects.ceilingRaised.year);
    if (year !== undefined) set(year, 'ceilingRaisedFen', year.ceilingRaisedFen + effects.ceilingRaised.byFen, undo);
    add(changes.raisedYears, effects.ceilingRaised.year, undo);
  }
  if (effects.settled !== undefined) {
    set(effects.settled.finding, 'status', effects.settled.status, undo);
    push(changes.settled, effects.settled, undo);
  }
}

function applyNewAward(state: State, changes: Changes, award: AwardState, undo: Undo): void {
  setKey(state.awards, award.id, award, undo);
  add(changes.newAwards, award, undo);
  const reserved = state.account(award.fiscalYear, ACCOUNT.reserved, award.lineId);
  set(reserved, 'awardCount', reserved.awardCount + 1, undo);
}

function applyEntry(state: State, changes: Changes, entry: EntryDraft, effects: Effects, actorId: string, undo: Undo): void {
  if (effects.override !== undefined) push(changes.overrides, { entryId: entry.id, override: effects.override }, undo);
  for (const leg of entry.legs) applyLeg(changes, entry, leg, effects.override?.account === leg.account, undo);
  let awardAfter: readonly bigint[] | null = null;
  if (entry.award !== null) awardAfter = applyAward(state, changes, entry, entry.award, undo);
  push(changes.entries, { entry, actorId, awardAfter }, undo);
}

function applyLeg(changes: Changes, entry: EntryDraft, leg: Leg, overridden: boolean, undo: Undo): void {
  const { account } = leg;
  const signed = leg.side === account.normalSide ? leg.amountFen : -leg.amountFen;
  const balance = account.balance + signed;
  const floor = account.floor === null ? null : minFen(0n, overridden ? balance : maxFen(account.floor, minFen(balance, 0n)));
  if (floor !== null && balance < floor) {
    throw new Error(`Account ${account.code} of ${account.fiscalYear} would fall to ${balance} fen, below its floor ${floor}`);
  }
  if (!changes.moved.has(account)) {
    changes.moved.set(account, account.version);
    undo.push(() => changes.moved.delete(account));
  }
  set(account, 'balance', balance, undo);
  set(account, 'floor', floor, undo);
  set(account, 'version', account.version + 1n, undo);
  if (account.lastEffectiveOn === null || entry.effectiveOn > account.lastEffectiveOn) {
    set(account, 'lastEffectiveOn', entry.effectiveOn, undo);
  }
  if (account.days !== undefined) {
    setKey(account.days, entry.effectiveOn, (account.days.get(entry.effectiveOn) ?? 0n) + signed, undo);
  }
  push(changes.postings, { account, version: account.version, entry, leg, balanceAfter: balance }, undo);
}

function applyAward(state: State, changes: Changes, entry: EntryDraft, change: AwardChange, undo: Undo): readonly bigint[] {
  const { award } = change;
  const wasLive = isLive(award);
  const claimedBefore = claimedPerson(award);
  const wasPool = poolShare(award);
  for (const stage of ['reserved', 'committed', 'disbursed', 'released', 'recovered'] as const) {
    const difference = change[stage];
    if (difference === undefined) continue;
    const amount = award[stage] + difference;
    if (amount < 0n) throw new Error(`Award ${award.number} would have ${amount} fen ${stage}`);
    set(award, stage, amount, undo);
  }
  forgetStanding(state, award, undo);
  if (change.project !== undefined) set(award, 'project', change.project, undo);
  // Where nothing is left to pay, there is nothing to hold.
  const held = change.onHold ?? award.onHold;
  set(award, 'onHold', held && isLive(award), undo);
  if ((change.disbursed ?? 0n) > 0n) set(award, 'everPaid', true, undo);
  if (entry.effectiveOn > award.lastEffectiveOn) set(award, 'lastEffectiveOn', entry.effectiveOn, undo);
  if (award.days !== undefined) recordDay(award.days, entry.effectiveOn, change, undo);
  set(award, 'version', award.version + 1, undo);
  if (!changes.newAwards.has(award)) add(changes.changedAwards, award, undo);

  if (isLive(award) && !award.onHold)
    setKey(state.standing, `${award.project.id}|${award.fiscalYear}`, holderOf(state, award), undo);
  if (wasLive && !isLive(award) && !award.everPaid) freeClaims(state, changes, award, ['once-for-life', 'unique-fact'], undo);
  movePersonYear(state, changes, award, claimedBefore, undo);
  movePersonLife(state, award, wasLive, undo);
  const poolKey = `${award.lineId}|${award.fiscalYear}`;
  const pool = state.pools.get(poolKey);
  // A new award was no share before its first entry; its awarded amount is fixed from the start.
  const before = changes.newAwards.has(award) && award.version === 1 ? 0n : wasPool;
  if (pool !== undefined) setKey(state.pools, poolKey, pool + poolShare(award) - before, undo);
  return [
    BigInt(award.version),
    award.reserved,
    award.committed,
    award.disbursed,
    award.released,
    award.recovered,
    BigInt(award.budgetYear),
    award.onHold ? 1n : 0n,
    award.enterprise.creditCode !== null ? 1n : 0n,
    award.project.splitFrom !== null ? 1n : 0n,
  ];
}

function poolShare(award: AwardState): Fen {
  return award.awarded - award.released - award.recovered;
}

function forgetStanding(state: State, award: AwardState, undo: Undo): void {
  const key = `${award.project.id}|${award.fiscalYear}`;
  const holder = state.standing.get(key);
  if (holder?.awardId !== award.id) return;
  state.standing.delete(key);
  undo.push(() => state.standing.set(key, holder));
}

/** The person whose year the award has claimed as it stands now. */
function claimedPerson(award: AwardState): string | null {
  return isLive(award) && !award.onHold ? personOf(award) : null;
}

/** The claim on a person's year goes with the award that stands: it is given up with a hold and obtained again without. */
function movePersonYear(state: State, changes: Changes, award: AwardState, before: string | null, undo: Undo): void {
  const after = claimedPerson(award);
  if (before === after) return;
  if (before !== null) freeClaims(state, changes, award, ['person-year'], undo);
  if (after === null) return;
  const key = personYearKey(after, award.fiscalYear);
  setKey(state.claims, key, [holderOf(state, award)], undo);
  push(changes.claims, { kind: 'person-year', key: key.slice('person-year|'.length), awardId: award.id }, undo);
}

/** A person's years on a line count while the award is live or was ever paid. */
function movePersonLife(state: State, award: AwardState, wasLive: boolean, undo: Undo): void {
  const hash = award.person?.identityHash;
  const person = hash === undefined ? undefined : state.persons.get(hash);
  if (hash === undefined || person === undefined || wasLive === isLive(award) || award.everPaid) return;
  const years = isLive(award)
    ? [...person.years, { awardId: award.id, lineId: award.lineId, fiscalYear: award.fiscalYear }]
    : person.years.filter((year) => year.awardId !== award.id);
  setKey(state.persons, hash, { ...person, years }, undo);
}

function freeClaims(state: State, changes: Changes, award: AwardState, kinds: readonly ClaimKind[], undo: Undo): void {
  for (const kind of kinds) push(changes.freedClaims, { awardId: award.id, kind }, undo);
  for (const [key, holders] of state.claims) {
    if (!kinds.some((kind) => key.startsWith(`${kind}|`))) continue;
    const others = holders.filter((holder) => holder.awardId !== award.id);
    if (others.length < holders.length) setKey(state.claims, key, others, undo);
  }
}

function recordDay(days: NonNullable<AwardState['days']>, date: BusinessDate, change: AwardChange, undo: Undo): void {
  const day = days.get(date) ?? { reserved: 0n, committed: 0n };
  const next = { reserved: day.reserved + (change.reserved ?? 0n), committed: day.committed + (change.committed ?? 0n) };
  setKey(days, date, next, undo);
}

function applyPayment(state: State, changes: Changes, effects: Effects, undo: Undo): void {
  if (effects.payment !== undefined) {
    setKey(
      state.payments,
      effects.payment.awardId,
      [...(state.payments.get(effects.payment.awardId) ?? []), effects.payment],
      undo,
    );
    add(changes.newPayments, effects.payment, undo);
  }
  if (effects.paymentChange !== undefined) {
    const { payment, returned = 0n, demanded = 0n, recovered = 0n } = effects.paymentChange;
    set(payment, 'returned', payment.returned + returned, undo);
    set(payment, 'demanded', payment.demanded + demanded, undo);
    set(payment, 'recovered', payment.recovered + recovered, undo);
    if (!changes.newPayments.has(payment)) add(changes.payments, payment, undo);
  }
  if (effects.demand !== undefined) {
    setKey(state.demands, effects.demand.id, effects.demand, undo);
    add(changes.newDemands, effects.demand, undo);
  }
  if (effects.demandReceived !== undefined) {
    const { demand, received } = effects.demandReceived;
    set(demand, 'received', demand.received + received, undo);
    if (!changes.newDemands.has(demand)) add(changes.demands, demand, undo);
  }
}

function holderOf(state: State, award: AwardState): ClaimHolder {
  return { awardId: award.id, number: award.number, line: state.line(award.lineId).code, awarded: award.awarded };
}

function set<T extends object, K extends keyof T>(target: T, key: K, value: T[K], undo: Undo): void {
  const before = target[key];
  target[key] = value;
  undo.push(() => {
    target[key] = before;
  });
}

function setKey<K, V>(map: Map<K, V>, key: K, value: V, undo: Undo): void {
  const before = map.get(key);
  const had = map.has(key);
  map.set(key, value);
  undo.push(() => {
    if (had && before !== undefined) map.set(key, before);
    else map.delete(key);
  });
}

function push<T>(list: T[], item: T, undo: Undo): void {
  list.push(item);
  undo.push(() => list.pop());
}

function add<T>(items: Set<T>, item: T, undo: Undo): void {
  if (items.has(item)) return;
  items.add(item);
  undo.push(() => items.delete(item));
}
