import { formatYuan, problem, readableYuan, type BusinessDate, type Digest, type Fen, type Problem } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { referenceKey } from '../rules/claim-keys.js';
import { disbursableFrom, isBelowZero, openFrom } from '../state/balances.js';
import type { More } from '../state/more.js';
import type { State } from '../state/state.js';
import { accountOf, exceedsOn, needsOfAward, stepEntry, stepOf, type AwardStated } from './common/award-step.js';
import { unusableReference } from './common/references.js';
import { notPayable } from './common/payable.js';
import type { EventKind } from './event-kind.js';

/** 撥付: a payment leaves the treasury. */
export interface DisburseEvent extends AwardStated {
  readonly kind: 'disburse';
  readonly amountFen: Fen;
  /** Treasury's number of the payment, which is used once in a fund. */
  readonly paymentRef: string;
}

/** 4801 → 4902. */
export const disburse: EventKind<DisburseEvent> = {
  title: { zh: '撥付', en: 'Disburse' },

  needs: (event, known) => ({
    ...needsOfAward(event, known, [ACCOUNT.committed, ACCOUNT.disbursed]),
    claims: [paymentClaim(event, known.digest)],
    rewards: true,
  }),

  decide(state, event, actor, ids) {
    const step = stepOf(state, event, actor);
    if ('code' in step) return step;
    const { award, date } = step;
    const held = notPayable(state, award);
    if (held !== null) return held;
    const { amountFen, paymentRef } = event;
    const claim = paymentClaim(event, state.digest);
    const unusable = unusableReference(state, claim, paymentRef);
    if (unusable !== null) return unusable;
    const open = openFrom(award, 'committed', date);
    if (typeof open !== 'bigint') return open;
    if (amountFen > open) return exceedsOn(award, 'committed', amountFen);
    const short = yearSpent(state, award.budgetYear, date, amountFen);
    if (short !== null) return short;

    const legs = transfer(accountOf(state, award, ACCOUNT.committed), accountOf(state, award, ACCOUNT.disbursed), amountFen);
    const change = { committed: -amountFen, disbursed: amountFen };
    const entry = stepEntry({ event, step, id: ids(0), amountFen, legs, change, details: { paymentRef } });
    return {
      entries: [entry],
      claims: [claim],
      payment: {
        id: entry.id,
        awardId: award.id,
        paymentRef,
        fiscalYear: award.budgetYear,
        effectiveOn: date,
        paid: amountFen,
        returned: 0n,
        demanded: 0n,
        recovered: 0n,
      },
    };
  },
};

function paymentClaim({ paymentRef }: DisburseEvent, digest: Digest) {
  return { kind: 'payment-ref', key: referenceKey(paymentRef, digest) } as const;
}

/** While a line of the year is below zero, the year pays no more than its resources (domain §3). */
function yearSpent(state: State, year: number, date: BusinessDate, amountFen: Fen): Problem | More | null {
  if (!isBelowZero(state, year)) return null;
  const left = disbursableFrom(state, year, date);
  if (typeof left !== 'bigint') return left;
  if (amountFen <= left) return null;
  const available = readableYuan(left);
  return problem(
    'insufficient-funds',
    `${year} 年度有支出方向為負,全年於 ${date} 只能再撥付 ${available} 元`,
    `A line of ${year} is below zero: on ${date} the year can disburse only ${available} more`,
    { extras: { available: formatYuan(left) } },
  );
}
