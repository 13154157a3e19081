import { fiscalYearOf, problem, type Problem } from '../../../kernel/index.js';
import { claimOfKey } from '../../rules/one-subsidy.js';
import { isLive } from '../../state/award-state.js';
import type { Effects, EntryDraft, Moved } from '../../state/effects.js';
import type { AwardState, EnterpriseState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { Ids } from '../event-kind.js';
import { entryWithoutPostings, holdEntries } from './holds.js';
import { rewardHoldEntries } from './rewards.js';
import { standingOf } from './same-project.js';

/** The enterprise, as it was read with its family; `not-found` where there is none. */
export function memberOf(state: State, id: string): EnterpriseState | Problem {
  return state.families.get(id) ?? problem('not-found', '沒有這家企業', 'There is no such enterprise');
}

/** Refused because more awards would move than are locked at once. */
export function tooLarge(state: State): Problem | null {
  const most = MOST_AWARDS;
  if (!state.familiesTooLarge) return null;
  return problem(
    'payload-too-large',
    `所涉企業的扶持項目合計超過 ${most} 項,不能一次合併或拆分`,
    `The enterprises have more than ${most} awards together: they can't be merged or parted at once`,
  );
}

/** Awards that a merger moves at most: all of them are locked and decided at once, in 1.3 s, while reservations of the fund wait. */
export const MOST_AWARDS = 5_000;

/** The enterprise with all that were merged into it, directly or by way of others. */
export function withMerged(state: State, enterprise: EnterpriseState): readonly EnterpriseState[] {
  const found = new Set([enterprise]);
  for (const one of found) for (const other of state.families.values()) if (other.mergedInto === one.id) found.add(other);
  return [...found];
}

/**
 * What it comes to that enterprises get another root: their entry, and the holds of every award of the families, year by year, so that what
 * becomes the second of its project is on hold in the same commit (domain §5, Who stands).
 */
export function moveFamily(
  state: State,
  moved: Moved,
  ids: Ids,
  about: { readonly kind: string; readonly reason: string | null; readonly details: Readonly<Record<string, unknown>> },
): Effects {
  const isMoved = new Set(moved.members.map(({ id }) => id));
  const awards = [...state.awards.values()].filter((award) => state.families.has(award.enterprise.id));
  const rootOf = (award: AwardState): string => (isMoved.has(award.enterprise.id) ? moved.rootCode : award.enterprise.rootCode);
  const years = [...new Set(awards.map(({ fiscalYear }) => fiscalYear))].sort((left, right) => left - right);
  const holds: EntryDraft[] = [];
  for (const year of years) {
    const ofYear = awards.filter(({ fiscalYear }) => fiscalYear === year);
    // Who shares no key with another stands by itself; of thousands of awards few share one.
    const standing = new Set<AwardState>();
    for (const group of groupsByKey(ofYear.filter(isLive), rootOf)) {
      for (const award of standingOf(state, group, { rootOf })) standing.add(award);
    }
    holds.push(...holdEntries(state, ofYear, standing, about.reason, ids, 1 + holds.length));
  }
  const byId = new Map(holds.map(({ award, details }) => [award?.award.id, details?.['onHold'] === true]));
  const rewardHolds = rewardHoldEntries(state, awards.filter(isLive), about.reason, ids, 1 + holds.length, {
    rootOf: (id) => (isMoved.has(id) ? moved.rootCode : (state.rootCodes.get(id) ?? '')),
    isHeld: (award) => byId.get(award.id) ?? award.onHold,
  });
  holds.push(...rewardHolds);
  const shown = holds.map(({ award, details }) => ({ award: award?.award.number ?? '', onHold: details?.['onHold'] === true }));
  const entry = entryWithoutPostings(state, {
    ...about,
    id: ids(0),
    details: { ...about.details, holds: shown.slice(0, SHOWN_HOLDS), heldOrFreed: shown.length },
    about: { fiscalYear: years.at(-1) ?? fiscalYearOf(state.today), lineId: null },
    change: null,
  });
  return { entries: [entry, ...holds], moved, touchedYears: years };
}

/** Awards of a year that hang together by keys that they share, directly or by way of others. */
function groupsByKey(awards: readonly AwardState[], rootOf: (award: AwardState) => string): ReadonlySet<readonly AwardState[]> {
  const groups = new Map<string, Group>();
  const claimsOf = (award: AwardState): string[] => award.keys.map((key) => claimOfKey(rootOf(award), award.fiscalYear, key));
  for (const award of awards) {
    const group: Group = { awards: [award], claims: claimsOf(award) };
    for (const other of new Set(group.claims.flatMap((claim) => groups.get(claim) ?? []))) {
      group.awards.push(...other.awards);
      group.claims.push(...other.claims);
    }
    for (const claim of group.claims) groups.set(claim, group);
  }
  return new Set([...groups.values()].map((group) => group.awards));
}

interface Group {
  readonly awards: AwardState[];
  readonly claims: string[];
}

/** Holds that the entry names; of more it says how many there are. */
const SHOWN_HOLDS = 200;
