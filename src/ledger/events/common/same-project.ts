import { invalid, type Problem } from '../../../kernel/index.js';
import { claimOfKey, isExempt, pairOf, sharedKeys, strongerFirst, whoStands, type Contender } from '../../rules/one-subsidy.js';
import { holderOf } from '../../state/apply-award.js';
import { claimKey } from '../../state/claims.js';
import type { Exemption } from '../../state/effects.js';
import type { AwardState, ClaimHolder } from '../../state/model.js';
import type { State } from '../../state/state.js';

/** An award of which finance says that another one is a different project, and why. */
export interface Distinct {
  readonly awardId: string;
  readonly reason: string;
}

/** The award that stands in the way of another of its project, and the keys that they share. */
export interface Met {
  readonly holder: ClaimHolder;
  readonly keys: readonly string[];
}

/** The keys by which two awards are of the same project and not exempt. `more`: exempt pairs that are being recorded. */
export function meetingKeys(state: State, left: Contender, right: Contender, more: readonly Exemption[] = []): readonly string[] {
  const shared = sharedKeys(left, right);
  if (shared.length === 0) return shared;
  const pair = pairOf(left.awardId, right.awardId);
  const added = more.filter(({ awardIds }) => pairOf(...awardIds) === pair).flatMap(({ keys }) => keys);
  return isExempt(shared, [...(state.exempt.get(pair) ?? []), ...added]) ? [] : shared;
}

/** Awards that hold a claim on one of its keys, as they stand now, without the award itself; the strongest first. */
function othersOf(state: State, award: AwardState): readonly ClaimHolder[] {
  const others = new Map<string, ClaimHolder>();
  for (const key of award.keys) {
    const name = { kind: 'project-year', key: claimOfKey(award.enterprise.rootCode, award.fiscalYear, key) } as const;
    for (const holder of state.claims.get(claimKey(name)) ?? [])
      if (holder.awardId !== award.id) others.set(holder.awardId, asItIs(state, holder));
  }
  return [...others.values()].sort(strongerFirst);
}

/** A holder under lock may have changed since it was read. */
function asItIs(state: State, holder: ClaimHolder): ClaimHolder {
  const award = state.awards.get(holder.awardId);
  return award === undefined ? holder : holderOf(state, award, holder.place);
}

/** All who stand for the same project, the strongest first. `exemptions`: of the award, not yet recorded. */
export function allOfSameProject(state: State, award: AwardState, exemptions: readonly Exemption[] = []): readonly Met[] {
  const one = holderOf(state, award);
  return othersOf(state, award)
    .map((holder) => ({ holder, keys: meetingKeys(state, one, holder, exemptions) }))
    .filter(({ keys }) => keys.length > 0);
}

/** Who stands for the same project already, the strongest; null: nobody. */
export function sameProject(state: State, award: AwardState, exemptions: readonly Exemption[] = []): Met | null {
  return allOfSameProject(state, award, exemptions)[0] ?? null;
}

/** Who stands for the same project and is stronger: while it does, the award is not paid, whatever its hold says. */
export function strongerBeside(state: State, award: AwardState): Met | null {
  const met = sameProject(state, award);
  return met !== null && strongerFirst(met.holder, holderOf(state, award)) < 0 ? met : null;
}

/** What a settlement decides, not yet recorded. */
export interface Decided {
  /** The award that is named to be kept, and the entry that does it. */
  readonly kept?: { readonly award: AwardState; readonly entryId: string };
  readonly exemptions?: readonly Exemption[];
  /** Code by which an award will be told apart, where its enterprise is merged or parted. */
  readonly rootOf?: (award: AwardState) => string;
}

/** Of these awards, which are live, those that stand; others of their project that stand beside them stand in any case. */
export function standingOf(state: State, live: readonly AwardState[], decided: Decided = {}): ReadonlySet<AwardState> {
  const contenders = new Map(live.map((award) => [contenderOf(state, award, decided), award]));
  const beside = live
    .flatMap((award) => othersOf(state, award))
    .filter(({ awardId }) => live.every(({ id }) => id !== awardId))
    .map((holder) => movedHolder(state, holder, decided));
  const meets = (left: Contender, right: Contender): boolean => meetingKeys(state, left, right, decided.exemptions).length > 0;
  const standing = whoStands([...contenders.keys()], meets, beside);
  return new Set([...standing].flatMap((one) => contenders.get(one) ?? []));
}

/** Who stands beside may be of an enterprise that is merged or parted as well. */
function movedHolder(state: State, holder: ClaimHolder, { rootOf }: Decided): ClaimHolder {
  const award = state.awards.get(holder.awardId);
  return award === undefined || rootOf === undefined ? holder : { ...holder, rootCode: rootOf(award) };
}

function contenderOf(state: State, award: AwardState, { kept, rootOf }: Decided): Contender {
  const contender = { ...holderOf(state, award), ...(rootOf === undefined ? {} : { rootCode: rootOf(award) }) };
  return kept?.award === award ? { ...contender, kept: kept.entryId } : contender;
}

/** The pairs that an award request says to be different; refused where it does not meet the award that it names. */
export function distinctPairs(state: State, award: AwardState, distinct: readonly Distinct[]): Exemption[] | Problem {
  const pairs: Exemption[] = [];
  for (const [index, { awardId, reason }] of distinct.entries()) {
    const other = state.awards.get(awardId);
    const isOfYear = other?.fiscalYear === award.fiscalYear;
    const keys = other !== undefined && isOfYear ? sharedKeys(holderOf(state, award), holderOf(state, other)) : [];
    if (keys.length === 0) {
      return invalid(`/distinctFrom/${index}/award`, '與該扶持項目並無相同之處', 'The award has nothing in common with this one');
    }
    pairs.push({ awardIds: [award.id, awardId], keys, reason });
  }
  return pairs;
}
