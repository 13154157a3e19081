import { ACCOUNT } from '../chart/accounts.js';
import { decideResource, resourceNeeds, type ResourceStated } from './common/resource.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, saidText, summarise } from './common/voucher.js';

/** 預算批覆: the year's money becomes available to the fund. */
export interface AppropriationEvent extends ResourceStated {
  readonly kind: 'appropriation';
}

/** 4110 → 4450. */
export const appropriation: EventKind<AppropriationEvent> = {
  title: { zh: '預算批覆', en: 'Appropriation' },
  summary: (voucher) =>
    summarise(voucher, { zh: '預算批覆', en: 'appropriation' }, [
      [PAPERS.ceiling, saidText(voucher.details, 'ceilingDocumentNo')],
    ]),
  asks: ({ amountFen, fiscalYear }) => [{ kind: 'appropriation', amountFen, of: `${fiscalYear}||` }],
  needs: resourceNeeds,
  decide: (state, event, _actor, ids) => decideResource(state, event, ACCOUNT.appropriation, ids),
};
