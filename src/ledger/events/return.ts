import type { Fen } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { accountOf, needsOfAward, stepEntry, stepOf, type AwardStated } from './common/award-step.js';
import { citedPayment, exceedsPayment } from './common/references.js';
import type { EventKind } from './event-kind.js';

/** 退回: the bank returns a payment. */
export interface ReturnEvent extends AwardStated {
  readonly kind: 'return';
  readonly amountFen: Fen;
  readonly paymentRef: string;
}

/** 4902 → 4801. */
export const returnedPayment: EventKind<ReturnEvent> = {
  title: { zh: '退回', en: 'Returned payment' },

  needs: (event, known) => needsOfAward(event, known, [ACCOUNT.disbursed, ACCOUNT.committed]),

  decide(state, event, actor, ids) {
    const step = stepOf(state, event, actor);
    if ('code' in step) return step;
    const { award, date } = step;
    const { amountFen, paymentRef } = event;
    const payment = citedPayment(state, award, paymentRef);
    if ('code' in payment) return payment;
    const exceeded = exceedsPayment(payment, amountFen, date);
    if (exceeded !== null) return exceeded;
    const legs = transfer(accountOf(state, award, ACCOUNT.disbursed), accountOf(state, award, ACCOUNT.committed), amountFen);
    const change = { disbursed: -amountFen, committed: amountFen };
    const details = { paymentRef, paymentId: payment.id };
    return {
      entries: [stepEntry({ event, step, id: ids(0), amountFen, legs, change, details })],
      paymentChange: { payment, returned: amountFen },
    };
  },
};
