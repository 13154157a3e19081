import type { Fen } from '../../../kernel/index.js';
import { ACCOUNT } from '../../chart/accounts.js';
import { transfer } from '../../chart/legs.js';
import type { EntryDraft, PaymentChange } from '../../state/effects.js';
import type { DemandState, PaymentState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import { accountOf, stepEntry, type Step } from './award-step.js';

/** Money demanded back: its entry, and what becomes of the payment. */
export interface Demand {
  readonly entry: EntryDraft;
  readonly change: PaymentChange;
  readonly demand: DemandState;
}

/** 8110 → 8120: so much of a payment is demanded back. No money has moved yet. */
export function demandOf(
  state: State,
  of: {
    readonly step: Step;
    readonly payment: PaymentState;
    readonly amountFen: Fen;
    readonly id: string;
    readonly documentNo?: string | null;
    readonly reason?: string | null;
  },
): Demand {
  const { step, payment, amountFen, id, documentNo = null, reason = null } = of;
  const { award, date } = step;
  const [demanded, contra] = [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra];
  const legs = transfer(accountOf(state, award, demanded), accountOf(state, award, contra), amountFen);
  const details = { paymentRef: payment.paymentRef, paymentId: payment.id };
  const event = { kind: 'recovery-demand', documentNo, reason };
  return {
    entry: stepEntry({ event, step, id, amountFen, legs, change: {}, details }),
    change: { payment, demanded: amountFen },
    demand: {
      id,
      awardId: award.id,
      paymentId: payment.id,
      fiscalYear: award.budgetYear,
      effectiveOn: date,
      demanded: amountFen,
      received: 0n,
    },
  };
}
