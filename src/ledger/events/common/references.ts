import { formatYuan, invalid, problem, type Actor, type Fen, type Problem } from '../../../kernel/index.js';
import { referenceKey } from '../../rules/claim-keys.js';
import type { ClaimName } from '../../state/claims.js';
import type { AwardState, PaymentState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import { awardOf, exceeds, stepOf, tooEarly, type AwardStated, type Step } from './award-step.js';
import { yearPassed } from './dates.js';

/** References that treasury gives once: of payments and of receipts. */
const REFERENCES = {
  'payment-ref': { pointer: '/paymentRef', zh: '支付編號', en: 'payment reference' },
  'receipt-ref': { pointer: '/receiptRef', zh: '收款編號', en: 'receipt reference' },
} as const;

/** Refused because the reference shows nothing, or was used before, by whichever award. */
export function unusableReference(
  state: State,
  claim: ClaimName & { readonly kind: keyof typeof REFERENCES },
  reference: string,
): Problem | null {
  const { pointer, zh, en } = REFERENCES[claim.kind];
  if (claim.key === '') return invalid(pointer, '編號須含可見字元', 'A reference must hold something that shows');
  const used = state.claimHolder(claim);
  if (used === undefined) return null;
  const conflictingAward = { id: used.awardId, number: used.number, line: used.line, amount: formatYuan(used.awarded) };
  return problem(
    'already-exists',
    `${zh}「${reference}」已用於 ${used.number}`,
    `The ${en} "${reference}" is already used by ${used.number}`,
    claim.kind === 'payment-ref' ? { extras: { conflictingAward } } : {},
  );
}

/** The award's payment with this reference, however it is spelt; `not-found` where it has none. */
function citedPayment(state: State, award: AwardState, paymentRef: string): PaymentState | Problem {
  const reference = referenceKey(paymentRef, state.digest);
  const payments = state.payments.get(award.id) ?? [];
  return (
    payments.find((payment) => referenceKey(payment.paymentRef, state.digest) === reference) ??
    problem('not-found', `該扶持項目沒有支付編號「${paymentRef}」`, `The award has no payment "${paymentRef}"`)
  );
}

/** A step that takes from a payment of the award. */
export interface PaymentStated extends AwardStated {
  readonly amountFen: Fen;
  readonly paymentRef: string;
}

/** A step with the payment that it takes from, which still has so much that is neither returned nor demanded, was made by then, and is of a year that has not passed. */
export function stepOnPayment(
  state: State,
  event: PaymentStated,
  actor: Actor,
  money: 'comes-back' | 'is-demanded',
): (Step & { readonly payment: PaymentState }) | Problem {
  const award = awardOf(state, event, actor);
  if ('code' in award) return award;
  const payment = citedPayment(state, award, event.paymentRef);
  if ('code' in payment) return payment;
  const passed = money === 'comes-back' ? yearPassed(state, event.effectiveOn, payment.fiscalYear) : null;
  if (passed !== null) return passed;
  const step = stepOf(state, event, actor);
  if ('code' in step) return step;
  const open = payment.paid - payment.returned - payment.demanded;
  if (event.amountFen > open) return exceeds('paid', open);
  return step.date < payment.effectiveOn ? tooEarly(payment.effectiveOn) : { ...step, payment };
}
