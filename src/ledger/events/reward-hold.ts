import { rewardHoldEntries } from './common/rewards.js';
import type { EventKind, Stated } from './event-kind.js';
import { summariseHold } from './common/voucher.js';

/** Awards of which another programme's reward of the year is higher are held, and the others are not (domain §5). Reconciliation posts it. */
export interface RewardHoldEvent extends Stated {
  readonly kind: 'reward-hold';
  readonly awardIds: readonly string[];
}

/** Moves no money. Changes nothing where the holds lie so already. */
export const rewardHold: EventKind<RewardHoldEvent> = {
  title: { zh: '獎勵取高調整', en: 'Hold by a higher reward' },
  summary: (voucher) => summariseHold(voucher, { zh: '三項獎勵只安排最高一項', en: 'by a higher reward of another programme' }),

  asks: () => [],
  needs: ({ awardIds }) => ({ awards: awardIds, rewards: true }),

  decide(state, event, _actor, ids) {
    const awards = event.awardIds.map((id) => state.award(id));
    return { entries: rewardHoldEntries(state, awards, event.reason ?? null, ids, 0) };
  },
};
