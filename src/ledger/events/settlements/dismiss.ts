import { isLive } from '../../state/award-state.js';
import { holderOf } from '../../state/apply-award.js';
import type { Exemption } from '../../state/effects.js';
import type { AwardState } from '../../state/model.js';
import { holdEntries } from '../common/holds.js';
import { meetingKeys, standingOf } from '../common/same-project.js';
import { nameTheAwards, settleEntry, type Settled, type Settlement } from './settlement.js';

/**
 * Two awards are not the same project: exempt of the keys that they share now. Of a finding of two they need no name; one that is named is
 * another project than each that it meets. Both keep all their keys.
 */
export function dismiss(settlement: Settlement): Settled {
  const { state, event, awards, ids } = settlement;
  const pairs = pairsOf(settlement);
  const exemptions = pairs.flatMap(([left, right]): Exemption[] => {
    const keys = meetingKeys(state, holderOf(state, left), holderOf(state, right));
    return keys.length === 0 ? [] : [{ awardIds: [left.id, right.id], keys, reason: event.reason }];
  });
  if (exemptions.length === 0) {
    return nameTheAwards('須指明互不相同的兩個扶持項目', 'Name the two awards that are different, of those that meet');
  }
  const standing = standingOf(state, awards.filter(isLive), { exemptions });
  const holds = holdEntries(state, awards, standing, event.reason, ids, 1);
  return { entries: [settleEntry(settlement, null), ...holds], exemptions };
}

function pairsOf({ awards, named }: Settlement): readonly (readonly [AwardState, AwardState])[] {
  const [first, second] = named.length === 0 && awards.length === 2 ? awards : named;
  if (first === undefined || named.length > 2) return [];
  if (second !== undefined) return [[first, second]];
  return awards.filter((other) => other !== first).map((other) => [first, other] as const);
}
