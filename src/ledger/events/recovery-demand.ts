import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { accountOf, needsOfAward, stepEntry } from './common/award-step.js';
import { stepOnPayment, type PaymentStated } from './common/references.js';
import type { EventKind } from './event-kind.js';

/** 應追回: money is demanded back from the grantee. */
export interface RecoveryDemandEvent extends PaymentStated {
  readonly kind: 'recovery-demand';
}

/** 8110 → 8120, for the record only: no money has moved yet. */
export const recoveryDemand: EventKind<RecoveryDemandEvent> = {
  title: { zh: '應追回', en: 'Recovery demanded' },

  needs: (event, known) => needsOfAward(event, known, [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra]),

  decide(state, event, actor, ids) {
    const step = stepOnPayment(state, event, actor, 'is-demanded');
    if ('code' in step) return step;
    const { award, date, payment } = step;
    const { amountFen, paymentRef } = event;
    const [demanded, contra] = [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra];
    const legs = transfer(accountOf(state, award, demanded), accountOf(state, award, contra), amountFen);
    const details = { paymentRef, paymentId: payment.id };
    const entry = stepEntry({ event, step, id: ids(0), amountFen, legs, change: {}, details });
    return {
      entries: [entry],
      paymentChange: { payment, demanded: amountFen },
      demand: {
        id: entry.id,
        awardId: award.id,
        paymentId: payment.id,
        fiscalYear: award.budgetYear,
        effectiveOn: date,
        demanded: amountFen,
        received: 0n,
      },
    };
  },
};
