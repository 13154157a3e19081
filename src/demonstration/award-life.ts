import type { AwardEvent, AwardRecord, Payee } from '../ledger/index.js';
import type { Life } from './plan.js';
import { date, ILLUSTRATIVE } from './planned-awards.js';

/** An award that is reserved, on its way. */
export interface Living {
  readonly award: AwardRecord;
  readonly life: Life;
  /** To whom it is paid. */
  readonly payee: Payee;
}

/** One step of a year: what happens to each award, if anything; `ids` are entry ids of the step before it. */
export interface Step {
  readonly name: string;
  eventFor(living: Living): AwardEvent | null;
}

const COMMITTED: readonly Life[] = [
  'committed',
  'partly-committed',
  'partly-disbursed',
  'disbursed',
  'partly-released',
  'commitment-released',
  'returned',
  'demanded',
  'recovered',
];
const PAID: readonly Life[] = ['partly-disbursed', 'disbursed', 'partly-released', 'returned', 'demanded', 'recovered'];

/** The steps after reservation, in the order of the calendar. */
export const STEPS: readonly Step[] = [
  { name: 'release-reservations', eventFor: releaseReservation },
  { name: 'commit', eventFor: commit },
  { name: 'release-commitments', eventFor: releaseCommitment },
  { name: 'disburse', eventFor: disburseFirst },
  { name: 'disburse-rest', eventFor: disburseRest },
  { name: 'return', eventFor: returnPayment },
  { name: 'demand', eventFor: demand },
];

function releaseReservation({ award, life }: Living): AwardEvent | null {
  if (life !== 'released' && life !== 'partly-released') return null;
  const amountFen = life === 'released' ? null : award.amounts.awarded / 4n;
  return { kind: 'release', awardId: award.id, from: 'reserved', amountFen, ...statedFor(award, 5, '項目縮減或撤回') };
}

function commit({ award, life }: Living): AwardEvent | null {
  if (!COMMITTED.includes(life)) return null;
  const amountFen = life === 'partly-committed' ? award.amounts.awarded / 2n : null;
  return { kind: 'commit', awardId: award.id, amountFen, ...statedFor(award, 6, '簽訂扶持協議') };
}

function releaseCommitment({ award, life }: Living): AwardEvent | null {
  if (life !== 'commitment-released') return null;
  return { kind: 'release', awardId: award.id, from: 'committed', amountFen: null, ...statedFor(award, 8, '協議終止') };
}

/** What is committed is paid in one part or, where the award is paid in two, three fifths of it first. */
function disburseFirst(living: Living): AwardEvent | null {
  const { award, life } = living;
  if (!PAID.includes(life)) return null;
  const open = openToPay(award, life);
  const amountFen = isPaidInTwo(life) ? (open * 3n) / 5n : open;
  return { ...payment(living, 1, statedFor(award, 9, '撥付')), amountFen };
}

function disburseRest(living: Living): AwardEvent | null {
  const { award, life } = living;
  if (life !== 'disbursed') return null;
  const open = openToPay(award, life);
  const amountFen = open - (open * 3n) / 5n;
  return { ...payment(living, 2, statedFor(award, 10, '撥付餘款')), amountFen };
}

/** What is committed is asked to be paid: nobody has booked it yet, so that it has neither voucher nor day of payment. */
export function paymentAsked(living: Living): Extract<AwardEvent, { kind: 'disburse' }> {
  const { award, payee } = living;
  const stated = statedFor(award, 10, '用款申請');
  const { awarded: amountFen } = award.amounts;
  const said = { paymentRef: paymentRef(award, 1), payee, voucherNo: null, paidOn: null };
  return { kind: 'disburse', awardId: award.id, amountFen, ...said, ...stated };
}

/** A payment with its voucher, of the day on which it is booked. */
function payment({ award, payee }: Living, part: number, stated: ReturnType<typeof statedFor>) {
  const voucherNo = `示例憑證-${award.number}-${part}`;
  const said = { paymentRef: paymentRef(award, part), payee, voucherNo, paidOn: stated.effectiveOn };
  return { kind: 'disburse' as const, awardId: award.id, ...said, ...stated };
}

function returnPayment({ award, life }: Living): AwardEvent | null {
  if (life !== 'returned') return null;
  const amountFen = openToPay(award, life);
  return {
    kind: 'return',
    awardId: award.id,
    amountFen,
    paymentRef: paymentRef(award, 1),
    ...statedFor(award, 11, '銀行退回：賬號有誤'),
  };
}

function demand({ award, life }: Living): AwardEvent | null {
  if (life !== 'demanded' && life !== 'recovered') return null;
  const amountFen = openToPay(award, life);
  return {
    kind: 'recovery-demand',
    awardId: award.id,
    amountFen,
    paymentRef: paymentRef(award, 1),
    ...statedFor(award, 11, '驗收未通過'),
  };
}

/** The money of a demand comes in. */
export function recover({ award, life }: Living, demandId: string): AwardEvent | null {
  if (life !== 'recovered') return null;
  const amountFen = openToPay(award, life);
  const receiptRef = `示例收款-${award.number}`;
  return { kind: 'recovery', awardId: award.id, amountFen, demandId, receiptRef, ...statedFor(award, 12, '追回入庫') };
}

function openToPay(award: AwardRecord, life: Life): bigint {
  const { awarded } = award.amounts;
  return life === 'partly-released' ? awarded - awarded / 4n : awarded;
}

function isPaidInTwo(life: Life): boolean {
  return life === 'disbursed' || life === 'partly-disbursed';
}

function paymentRef(award: AwardRecord, part: number): string {
  return `示例撥款-${award.number}-${part}`;
}

function statedFor(award: AwardRecord, month: number, what: string): { effectiveOn: string; documentNo: string; reason: string } {
  return {
    effectiveOn: date(award.fiscalYear, month, dayOf(award)),
    documentNo: `示例文〔${award.fiscalYear}〕${month}-${award.number}`,
    reason: `${what}。${ILLUSTRATIVE}`,
  };
}

/** A working day of a month, by the award's running number. */
function dayOf(award: AwardRecord): number {
  return (Number(award.number.slice(-6)) % 20) + 5;
}
