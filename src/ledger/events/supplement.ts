import { ACCOUNT } from '../chart/accounts.js';
import { decideResource, resourceNeeds, type ResourceStated } from './common/resource.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, saidText, summarise } from './common/voucher.js';

/** 追加: more money for the year. */
export interface SupplementEvent extends ResourceStated {
  readonly kind: 'supplement';
}

/** 4120 → 4450. */
export const supplement: EventKind<SupplementEvent> = {
  title: { zh: '追加', en: 'Supplement' },
  summary: (voucher) =>
    summarise(voucher, { zh: '追加', en: 'supplement' }, [[PAPERS.ceiling, saidText(voucher.details, 'ceilingDocumentNo')]]),
  asks: ({ amountFen, fiscalYear }) => [{ kind: 'supplement', amountFen, of: `${fiscalYear}||` }],
  needs: resourceNeeds,
  decide: (state, event, _actor, ids) => decideResource(state, event, ACCOUNT.adjustment, ids),
};
