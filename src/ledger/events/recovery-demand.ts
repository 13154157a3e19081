import { ACCOUNT } from '../chart/accounts.js';
import { needsOfAward } from './common/award-step.js';
import { demandOf } from './common/demand.js';
import { stepOnPayment, type PaymentStated } from './common/references.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, saidText, summarise } from './common/voucher.js';

/** 應追回: money is demanded back from the grantee. */
export interface RecoveryDemandEvent extends PaymentStated {
  readonly kind: 'recovery-demand';
}

/** 8110 → 8120, for the record only: no money has moved yet. */
export const recoveryDemand: EventKind<RecoveryDemandEvent> = {
  title: { zh: '應追回', en: 'Recovery demanded' },
  summary: (voucher) =>
    summarise(voucher, { zh: '應追回', en: 'recovery demanded' }, [[PAPERS.payment, saidText(voucher.details, 'paymentRef')]]),

  asks: () => [],
  needs: (event, known) => needsOfAward(event, known, [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra]),

  decide(state, event, actor, ids) {
    const step = stepOnPayment(state, event, actor, 'is-demanded');
    if ('code' in step) return step;
    const { amountFen, documentNo = null, reason = null } = event;
    const { entry, change, demand } = demandOf(state, { step, payment: step.payment, amountFen, id: ids(0), documentNo, reason });
    return { entries: [entry], paymentChanges: [change], demands: [demand] };
  },
};
