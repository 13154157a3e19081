import { entryWithoutPostings } from './common/holds.js';
import { ruleBreach } from './common/payable.js';
import type { EventKind, Stated } from './event-kind.js';

/** An award whose amount or facts break its line's rule is held by it, and no other (domain §5, Holds). Reconciliation posts it. */
export interface RuleHoldEvent extends Stated {
  readonly kind: 'rule-hold';
  /** Id of the award. */
  readonly award: string;
}

/** Moves no money. Changes nothing where the hold lies so already. */
export const ruleHold: EventKind<RuleHoldEvent> = {
  title: { zh: '規定暫停調整', en: 'Hold by the line’s rule' },

  needs: ({ award }) => ({ awards: [award] }),

  decide(state, event, _actor, ids) {
    const award = state.award(event.award);
    const isHeld = ruleBreach(state, award) !== null;
    if (award.ruleHold === isHeld) return { entries: [] };
    const entry = entryWithoutPostings(state, {
      kind: 'rule-hold',
      id: ids(0),
      reason: event.reason ?? null,
      details: { onHold: isHeld },
      about: award,
      change: { award, ruleHold: isHeld },
    });
    return { entries: [entry] };
  },
};
