import { allotmentNeeds, decideAllotment, type AllotmentStated } from './common/allotment.js';
import type { EventKind } from './event-kind.js';
import { summarise } from './common/voucher.js';

/** 指標分解 to a line. */
export interface AllotmentEvent extends AllotmentStated {
  readonly kind: 'allotment';
}

/** 4450 → 4610. */
export const allotment: EventKind<AllotmentEvent> = {
  title: { zh: '指標分解', en: 'Allotment' },
  summary: (voucher) => summarise(voucher, { zh: '指標分解', en: 'allotted' }),
  asks: ({ amountFen, fiscalYear, line }) => [{ kind: 'allotment', amountFen, of: `${fiscalYear}|${line}|` }],
  needs: allotmentNeeds,
  decide: (state, event, _actor, ids) => decideAllotment(state, event, 'to-line', ids),
};
