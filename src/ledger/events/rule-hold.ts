import { entryWithoutPostings } from './common/holds.js';
import { isLive } from '../state/award-state.js';
import { isPayable, ruleBreach } from './common/payable.js';
import type { EventKind, Stated } from './event-kind.js';
import { summariseHold } from './common/voucher.js';

/** An award that breaks its line's rule, by its amount or facts or with others, is held by it (domain §5, Holds). Reconciliation posts it. */
export interface RuleHoldEvent extends Stated {
  readonly kind: 'rule-hold';
  /** Id of the award. */
  readonly award: string;
  /** The run found it; what the award breaks by itself is decided under the locks as well. */
  readonly isBroken: boolean;
}

/** Moves no money. Changes nothing where the hold lies so already. */
export const ruleHold: EventKind<RuleHoldEvent> = {
  title: { zh: '規定暫停調整', en: 'Hold by the line’s rule' },
  summary: (voucher) => summariseHold(voucher, { zh: '不符合支出方向的規定', en: 'by the rule of its line' }),

  asks: () => [],
  needs: ({ award }) => ({ awards: [award] }),

  decide(state, event, _actor, ids) {
    const award = state.award(event.award);
    const isHeld = isLive(award) && !isPayable(state, award) && (event.isBroken || ruleBreach(state, award) !== null);
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
