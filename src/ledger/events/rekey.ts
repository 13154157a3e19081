import { awardKeys } from '../rules/claim-keys.js';
import { versionOn } from '../rules/rule-versions.js';
import { isLive } from '../state/award-state.js';
import { entryWithoutPostings } from './common/holds.js';
import { sameProject } from './common/same-project.js';
import type { EventKind, Stated } from './event-kind.js';
import { summarise } from './common/voucher.js';

/**
 * An award's keys are made anew, because titles are folded by other data than when it was recorded (domain §6). `fund migrate` posts it.
 * Who then is of the same project as one that stands is held; reconciliation moves the hold to where it belongs, and opens the finding.
 */
export interface RekeyEvent extends Stated {
  readonly kind: 'rekey';
  /** Id of the award. */
  readonly award: string;
  /** Of its code and title, by the data of this version. */
  readonly keys: readonly string[];
  readonly folding: number;
}

/** Moves no money. Posts no entry but that of a hold. */
export const rekey: EventKind<RekeyEvent> = {
  title: { zh: '項目識別更新', en: 'Keys made anew' },
  summary: (voucher) => summarise(voucher, { zh: '項目識別更新', en: 'keys made anew' }),

  asks: () => [],
  needs: ({ award }) => ({ awards: [award] }),

  decide(state, event, _actor, ids) {
    const award = state.award(event.award);
    const { facts, person } = award;
    const { rule } = versionOn(state.line(award.lineId).rules, award.effectiveOn);
    const keys = awardKeys(event.keys, rule, { facts, identityHash: person?.identityHash ?? null }, state.digest);
    const rekeyed = { award, keys, folding: event.folding };
    if (!isLive(award) || award.onHold || sameProject(state, { ...award, keys }) === null) return { entries: [], rekeyed };
    const hold = entryWithoutPostings(state, {
      kind: 'assign-hold',
      id: ids(0),
      reason: event.reason ?? null,
      details: { onHold: true },
      about: award,
      change: { award, onHold: true },
    });
    return { entries: [hold], rekeyed };
  },
};
