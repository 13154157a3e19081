import {
  formatYuan,
  invalid,
  problem,
  readableYuan,
  type BusinessDate,
  type Digest,
  type Fen,
  type Problem,
  type Text,
} from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { referenceKey } from '../rules/claim-keys.js';
import { disbursableFrom, isBelowZero, openFrom } from '../state/balances.js';
import type { AwardState, Payee } from '../state/model.js';
import type { More } from '../state/more.js';
import type { State } from '../state/state.js';
import { accountOf, exceedsOn, needsOfAward, stepEntry, stepOf, type AwardStated } from './common/award-step.js';
import { unusableReference } from './common/references.js';
import { oddPayee, voucherAgain, voucherClaim } from './common/payee.js';
import { notPayable } from './common/payable.js';
import { publicityMissing } from './common/publicity.js';
import type { EventKind } from './event-kind.js';
import { PAPERS, said, saidText, summarise, type Voucher } from './common/voucher.js';

/** 撥付: a payment leaves the treasury. */
export interface DisburseEvent extends AwardStated {
  readonly kind: 'disburse';
  readonly amountFen: Fen;
  /** Treasury's number of the payment, which is used once in a fund. */
  readonly paymentRef: string;
  /** To whom it went. */
  readonly payee?: Payee | null;
  /** Number of the payment voucher (支付憑證), which may pay several awards. */
  readonly voucherNo?: string | null;
  /** The voucher's date. The books go by the business date. */
  readonly paidOn?: BusinessDate | null;
}

/** 4801 → 4902. */
export const disburse: EventKind<DisburseEvent> = {
  title: { zh: '撥付', en: 'Disburse' },
  summary: summaryOf,

  asks: ({ amountFen, awardId }) => [{ kind: 'disbursement', amountFen, of: awardId }],
  needs: (event, known) => ({
    ...needsOfAward(event, known, [ACCOUNT.committed, ACCOUNT.disbursed]),
    claims: [paymentClaim(event, known.digest), ...asList(voucherClaim(known, event.voucherNo ?? null))],
    ...((event.payee ?? null) === null ? {} : { payee: event.awardId }),
    rewards: true,
  }),

  decide(state, event, actor, ids) {
    const step = stepOf(state, event, actor);
    if ('code' in step) return step;
    const { award, date } = step;
    const { amountFen, paymentRef, payee = null, voucherNo = null, paidOn = null } = event;
    const misdated = paidOn === null ? null : wrongVoucherDate(state, award, paidOn);
    if (misdated !== null) return misdated;
    const held = notPayable(state, award);
    if (held !== null) return held;
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
    const entry = stepEntry({ event, step, id: ids(0), amountFen, legs, change, details: detailsOf(event) });
    const voucher = voucherClaim(state, voucherNo);
    const used = voucherAgain(state, voucher, voucherNo);
    const warnings = [...publicityMissing(award, date), ...oddPayee(state, award, payee), ...used];
    return {
      entries: [entry],
      ...(warnings.length === 0 ? {} : { warnings }),
      // The first payment by a voucher has it for good: the next ones are told of it.
      claims: [claim, ...(used.length === 0 ? asList(voucher) : [])],
      payment: {
        id: entry.id,
        awardId: award.id,
        lineId: award.lineId,
        paymentRef,
        fiscalYear: award.budgetYear,
        effectiveOn: date,
        payee,
        voucherNo,
        paidOn,
        paid: amountFen,
        returned: 0n,
        demanded: 0n,
        recovered: 0n,
      },
    };
  },
};

function asList<T>(one: T | null): readonly T[] {
  return one === null ? [] : [one];
}

/** Names the payee where it is not the enterprise itself. */
function summaryOf(voucher: Voucher): Text {
  const { details, award } = voucher;
  const payee = saidText(said(details, 'payee'), 'name');
  const what =
    payee === null || payee === award?.enterprise || payee === award?.person
      ? { zh: '撥付', en: 'disbursed' }
      : { zh: `撥付予「${payee}」`, en: `disbursed to “${payee}”` };
  return summarise(voucher, what, [
    [PAPERS.payment, saidText(details, 'paymentRef')],
    [PAPERS.paymentVoucher, saidText(details, 'voucherNo')],
  ]);
}

function paymentClaim({ paymentRef }: DisburseEvent, digest: Digest) {
  return { kind: 'payment-ref', key: referenceKey(paymentRef, digest) } as const;
}

/** What the journal tells of it: of the account only what is shown. */
function detailsOf({ paymentRef, payee = null, voucherNo = null, paidOn = null }: DisburseEvent): Record<string, unknown> {
  return {
    paymentRef,
    ...(payee === null ? {} : { payee: { name: payee.name, bankAccount: payee.accountMasked, bank: payee.bank } }),
    ...(voucherNo === null ? {} : { voucherNo }),
    ...(paidOn === null ? {} : { paidOn }),
  };
}

/**
 * Refused because the voucher's date can't be right: it lies ahead, or before the award was approved. It needs not be the business date, nor
 * of its year: a voucher of one day may be booked on another, and the books go by the business date.
 */
function wrongVoucherDate(state: State, { approvedOn }: AwardState, paidOn: BusinessDate): Problem | null {
  if (paidOn > state.today) {
    return invalid(
      '/paidOn',
      `支付憑證日期不得晚於今天(${state.today})`,
      `The voucher's date must not be after today (${state.today})`,
    );
  }
  if (paidOn >= approvedOn) return null;
  return invalid(
    '/paidOn',
    `支付憑證日期不得早於審批日期 ${approvedOn}`,
    `The voucher's date must not be before the approval, ${approvedOn}`,
  );
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
