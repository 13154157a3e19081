import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { accountOf, needsOfAward, stepEntry } from './common/award-step.js';
import { stepOnPayment, type PaymentStated } from './common/references.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, saidText, summarise } from './common/voucher.js';

/** 退回: the bank returns a payment. */
export interface ReturnEvent extends PaymentStated {
  readonly kind: 'return';
}

/** 4902 → 4801. */
export const returnedPayment: EventKind<ReturnEvent> = {
  title: { zh: '退回', en: 'Returned payment' },
  summary: (voucher) =>
    summarise(voucher, { zh: '支付退回', en: 'payment returned' }, [[PAPERS.payment, saidText(voucher.details, 'paymentRef')]]),

  asks: () => [],
  needs: (event, known) => needsOfAward(event, known, [ACCOUNT.disbursed, ACCOUNT.committed]),

  decide(state, event, actor, ids) {
    const step = stepOnPayment(state, event, actor, 'comes-back');
    if ('code' in step) return step;
    const { award, payment } = step;
    const { amountFen, paymentRef } = event;
    const legs = transfer(accountOf(state, award, ACCOUNT.disbursed), accountOf(state, award, ACCOUNT.committed), amountFen);
    const change = { disbursed: -amountFen, committed: amountFen };
    const details = { paymentRef, paymentId: payment.id };
    return {
      entries: [stepEntry({ event, step, id: ids(0), amountFen, legs, change, details })],
      paymentChanges: [{ payment, returned: amountFen }],
    };
  },
};
