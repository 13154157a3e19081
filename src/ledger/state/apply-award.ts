import type { BusinessDate } from '../../kernel/index.js';
import { claimOfKey } from '../rules/one-subsidy.js';
import { isLive, poolShare, stands } from './award-state.js';
import type { Changes } from './changes.js';
import { claimKey, type ClaimKind, type ClaimName } from './claims.js';
import type { AwardChange, EntryDraft } from './effects.js';
import type { AwardState, ClaimHolder } from './model.js';
import type { State } from './state.js';
import { add, push, set, setKey, type Undo } from './undo.js';

/** Changes an award by one entry, and what depends on it: claims, pool, days. Answers the columns of `award_after`. */
export function applyAward(
  state: State,
  changes: Changes,
  entry: EntryDraft,
  change: AwardChange,
  undo: Undo,
): readonly bigint[] {
  const { award } = change;
  const wasLive = isLive(award);
  const stood = stands(award);
  const wasPool = poolShare(award);
  for (const stage of ['reserved', 'committed', 'disbursed', 'released', 'recovered'] as const) {
    const difference = change[stage];
    if (difference === undefined) continue;
    const amount = award[stage] + difference;
    if (amount < 0n) throw new Error(`Award ${award.number} would have ${amount} fen ${stage}`);
    set(award, stage, amount, undo);
  }
  if (change.kept !== undefined) set(award, 'kept', change.kept, undo);
  if (change.payableUntil !== undefined) set(award, 'payableUntil', change.payableUntil, undo);
  // Where nothing is left to pay, there is nothing to hold.
  const held = change.onHold ?? award.onHold;
  set(award, 'onHold', held && isLive(award), undo);
  set(award, 'ruleHold', (change.ruleHold ?? award.ruleHold) && isLive(award), undo);
  set(award, 'rewardHold', (change.rewardHold ?? award.rewardHold) && isLive(award), undo);
  if ((change.disbursed ?? 0n) > 0n) set(award, 'everPaid', true, undo);
  // A hold is dated today, whatever the year, and uses no money of its date.
  if (entry.legs.length > 0 && entry.effectiveOn > award.lastEffectiveOn) set(award, 'lastEffectiveOn', entry.effectiveOn, undo);
  if (award.days !== undefined) recordDay(award.days, entry.effectiveOn, change, undo);
  set(award, 'version', award.version + 1, undo);
  if (change.publicity !== undefined) {
    set(award, 'publicity', change.publicity, undo);
    push(changes.publicities, { awardId: award.id, version: award.version, publicity: change.publicity }, undo);
  }
  if (!changes.newAwards.has(award)) add(changes.changedAwards, award, undo);

  if (wasLive && !isLive(award) && !award.everPaid) freeClaims(state, changes, award, ['once-for-life', 'unique-fact'], undo);
  if (stood && !stands(award)) freeClaims(state, changes, award, ['project-year'], undo);
  if (!stood && stands(award)) takeProjectClaims(state, changes, award, undo);
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
    // Until keys came: whether the project had been split off.
    0n,
    award.ruleHold ? 1n : 0n,
    // 20161231; 0: none
    award.payableUntil === null ? 0n : BigInt(award.payableUntil.replaceAll('-', '')),
    award.rewardHold ? 1n : 0n,
  ];
}

/** The claims by which an award that stands keeps others of its project away. */
export function projectClaims(award: AwardState): readonly ClaimName[] {
  return award.keys.map((key) => ({
    kind: 'project-year' as const,
    key: claimOfKey(award.enterprise.rootCode, award.fiscalYear, key),
  }));
}

/** An award that stands claims its keys, behind those that share them and may. */
function takeProjectClaims(state: State, changes: Changes, award: AwardState, undo: Undo): void {
  for (const claim of projectClaims(award)) takeClaim(state, changes, claim, award, undo);
}

/** Claims something for an award, in the place behind whoever has it already. */
export function takeClaim(state: State, changes: Changes, claim: ClaimName, award: AwardState, undo: Undo): void {
  const holders = state.claims.get(claimKey(claim)) ?? [];
  const place = Math.max(-1, ...holders.map((holder) => holder.place)) + 1;
  setKey(state.claims, claimKey(claim), [...holders, holderOf(state, award, place)], undo);
  push(changes.claims, { ...claim, awardId: award.id, place }, undo);
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

/** Gives up the award's claims of these kinds. */
function freeClaims(state: State, changes: Changes, award: AwardState, kinds: readonly ClaimKind[], undo: Undo): void {
  for (const kind of kinds) push(changes.freedClaims, { awardId: award.id, kind }, undo);
  // Its keys say what it claims of its project; what else it claimed is looked for among all.
  const keys = kinds.includes('project-year') ? projectClaims(award).map(claimKey) : state.claims.keys();
  for (const key of keys) {
    const holders = state.claims.get(key);
    if (holders === undefined || !kinds.some((kind) => key.startsWith(`${kind}|`))) continue;
    const others = holders.filter((holder) => holder.awardId !== award.id);
    if (others.length < holders.length) setKey(state.claims, key, others, undo);
  }
}

function recordDay(days: NonNullable<AwardState['days']>, date: BusinessDate, change: AwardChange, undo: Undo): void {
  const day = days.get(date) ?? { reserved: 0n, committed: 0n };
  const next = { reserved: day.reserved + (change.reserved ?? 0n), committed: day.committed + (change.committed ?? 0n) };
  setKey(days, date, next, undo);
}

/** The award as what stands in the way of others. */
export function holderOf(state: State, award: AwardState, place = 0): ClaimHolder {
  return {
    awardId: award.id,
    number: award.number,
    line: state.line(award.lineId).code,
    fiscalYear: award.fiscalYear,
    rootCode: award.enterprise.rootCode,
    keys: award.keys,
    kept: award.kept,
    disbursed: award.disbursed,
    awarded: award.awarded,
    approvedOn: award.approvedOn,
    place,
  };
}
