import { isLive } from '../state/award-state.js';
import { holdEntries } from './common/holds.js';
import { standingOf } from './common/same-project.js';
import type { EventKind, Stated } from './event-kind.js';
import { summariseHold } from './common/voucher.js';

/** Of awards that meet one another, those that do not stand are held, and the others are not (domain §5). Reconciliation posts it. */
export interface AssignHoldEvent extends Stated {
  readonly kind: 'assign-hold';
  readonly awardIds: readonly string[];
}

/** Moves no money. Changes nothing where the holds lie so already. */
export const assignHold: EventKind<AssignHoldEvent> = {
  title: { zh: '暫停支付調整', en: 'Hold assigned' },
  summary: (voucher) => summariseHold(voucher, { zh: '同一項目同一年度只扶持一項', en: 'another award of its project stands' }),

  asks: () => [],
  needs: ({ awardIds }) => ({ awards: awardIds }),

  decide(state, event, _actor, ids) {
    const awards = event.awardIds.map((id) => state.award(id));
    return { entries: holdEntries(state, awards, standingOf(state, awards.filter(isLive)), event.reason ?? null, ids, 0) };
  },
};
