import { problem, type Digest, type Fen } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { referenceKey } from '../rules/claim-keys.js';
import { accountOf, awardOf, exceeds, needsOfAward, stepEntry, stepOf, tooEarly, type AwardStated } from './common/award-step.js';
import { yearPassed } from './common/dates.js';
import { unusableReference } from './common/references.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, saidText, summarise } from './common/voucher.js';

/** 追回: demanded money is received. */
export interface RecoveryEvent extends AwardStated {
  readonly kind: 'recovery';
  readonly amountFen: Fen;
  /** The demand's entry. */
  readonly demandId: string;
  /** Treasury's number of the receipt, which is used once in a fund. */
  readonly receiptRef: string;
}

/** In the payment's year: 4902 → 4610 of the award's line, and 8120 → 8110 by as much. */
export const recovery: EventKind<RecoveryEvent> = {
  title: { zh: '追回', en: 'Recovery received' },
  summary: (voucher) =>
    summarise(voucher, { zh: '追回收訖', en: 'recovery received' }, [
      [PAPERS.receiptVoucher, saidText(voucher.details, 'receiptRef')],
    ]),

  asks: () => [],
  needs(event, known) {
    const { recoveryDemanded, recoveryContra, disbursed, available } = ACCOUNT;
    return {
      ...needsOfAward(event, known, [recoveryDemanded, recoveryContra, disbursed, available]),
      claims: [receiptClaim(event, known.digest)],
    };
  },

  decide(state, event, actor, ids) {
    const award = awardOf(state, event, actor);
    if ('code' in award) return award;
    const { amountFen, demandId, receiptRef } = event;
    const demand = state.demands.get(demandId);
    const payment = state.payments.get(award.id)?.find((one) => one.id === demand?.paymentId);
    if (demand === undefined || demand.awardId !== award.id || payment === undefined) {
      return problem('not-found', '該扶持項目沒有此追回要求', 'The award has no such recovery demand');
    }
    const step = yearPassed(state, event.effectiveOn, payment.fiscalYear) ?? stepOf(state, event, actor);
    if ('code' in step) return step;
    const { date } = step;
    const claim = receiptClaim(event, state.digest);
    const unusable = unusableReference(state, claim, receiptRef);
    if (unusable !== null) return unusable;
    const open = demand.demanded - demand.received;
    if (amountFen > open) return exceeds('demanded', open);
    if (date < demand.effectiveOn) return tooEarly(demand.effectiveOn);

    const [demanded, contra] = [ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra];
    const legs = [
      ...transfer(accountOf(state, award, ACCOUNT.disbursed), accountOf(state, award, ACCOUNT.available), amountFen),
      ...transfer(accountOf(state, award, contra), accountOf(state, award, demanded), amountFen),
    ];
    const change = { disbursed: -amountFen, recovered: amountFen };
    const details = { demandId: demand.id, receiptRef };
    return {
      entries: [stepEntry({ event, step, id: ids(0), amountFen, legs, change, details })],
      claims: [claim],
      paymentChanges: [{ payment, recovered: amountFen }],
      demandReceived: { demand, received: amountFen },
    };
  },
};

function receiptClaim({ receiptRef }: RecoveryEvent, digest: Digest) {
  return { kind: 'receipt-ref', key: referenceKey(receiptRef, digest) } as const;
}
