import { allotmentNeeds, decideAllotment, type AllotmentStated } from './common/allotment.js';
import type { EventKind } from './event-kind.js';
import { summarise } from './common/voucher.js';

/** 指標退回: a line gives allotted money back. */
export interface AllotmentReturnEvent extends AllotmentStated {
  readonly kind: 'allotment-return';
}

/** 4610 → 4450. */
export const allotmentReturn: EventKind<AllotmentReturnEvent> = {
  title: { zh: '指標退回', en: 'Allotment returned' },
  summary: (voucher) => summarise(voucher, { zh: '指標退回', en: 'allotment returned' }),
  asks: ({ amountFen, fiscalYear, line }) => [{ kind: 'allotment-return', amountFen, of: `${fiscalYear}|${line}|` }],
  needs: allotmentNeeds,
  decide: (state, event, _actor, ids) => decideAllotment(state, event, 'back', ids),
};
