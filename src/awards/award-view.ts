import { formatYuan, type Text } from '../kernel/index.js';
import type {
  AwardAmounts,
  AwardHold,
  AwardMoney,
  AwardRecord,
  DemandRecord,
  PayeeRecord,
  PaymentRecord,
  Publicity,
  Render,
} from '../ledger/index.js';
import { textIn, warningsView, type Language } from '../platform/http/index.js';
import type { PublicityDto } from './award-request.dto.js';
import { awardStatus } from './award-status.js';
import type { AwardDemandDto, AwardDto, AwardPaymentDto, PayeeDto } from './award.dto.js';

/** Why an award is on hold. */
const HOLDS: Readonly<Record<AwardHold['rule'], Text>> = {
  'one-subsidy': {
    zh: '同一項目同一年度只扶持一項(二(九)2),另有一項有效',
    en: 'One project gets one subsidy a year (section 2(9)2), and another award stands',
  },
  'highest-of-three': {
    zh: '該企業當年另有較高的獎勵,三項獎勵只安排最高一項(二(九)2)',
    en: 'Another reward of the enterprise is higher, and only the highest of the three is paid (section 2(9)2)',
  },
  'line-rule': { zh: '不符合支出方向的規定', en: 'It breaks the rule of its line' },
};

/** The award as it is answered; a list tells it without its payments and demands. */
export function awardView(
  award: AwardRecord,
  usernameOf: (id: string) => string,
  language: Language,
  money?: AwardMoney,
): AwardDto {
  return {
    id: award.id,
    number: award.number,
    fund: award.fund,
    fiscalYear: award.fiscalYear,
    line: award.line,
    enterprise: award.enterprise,
    project: award.project,
    ...(award.person === null ? {} : { person: { name: award.person.name, identityNumber: award.person.identityMasked } }),
    status: awardStatus(award.amounts),
    onHold: award.holds.length > 0,
    holds: award.holds.map(({ rule, finding }) => ({ rule, finding, detail: textIn(HOLDS[rule], language) })),
    amounts: amountsView(award.amounts),
    approvalRef: award.approvalRef,
    approvedOn: award.approvedOn,
    effectiveOn: award.effectiveOn,
    approvedOffline: award.approvedOffline,
    ...(award.publicity === null ? {} : { publicity: publicityView(award.publicity) }),
    facts: award.facts,
    ruleVersion: award.ruleVersion,
    budgetYear: award.budgetYear,
    createdBy: usernameOf(award.createdBy),
    createdAt: award.createdAt.toISOString(),
    version: award.version,
    ...(money === undefined ? {} : { payments: money.payments.map(paymentView), demands: money.demands.map(demandView) }),
  };
}

function publicityView({ objections, ...shown }: Publicity): PublicityDto {
  return objections === null ? shown : { ...shown, objections };
}

function paymentView(payment: PaymentRecord): AwardPaymentDto {
  return {
    paymentRef: payment.paymentRef,
    amount: formatYuan(payment.amount),
    effectiveOn: payment.effectiveOn,
    returned: formatYuan(payment.returned),
    demanded: formatYuan(payment.demanded),
    recovered: formatYuan(payment.recovered),
    ...voucherView(payment),
  };
}

/** What is known of a payment's voucher (支付憑證); what nobody said is left out. */
export function voucherView({ payee, voucherNo, paidOn }: Pick<PaymentRecord, 'payee' | 'voucherNo' | 'paidOn'>): {
  payee?: PayeeDto;
  voucherNo?: string;
  paidOn?: string;
} {
  return {
    ...(payee === null ? {} : { payee: payeeView(payee) }),
    ...(voucherNo === null ? {} : { voucherNo }),
    ...(paidOn === null ? {} : { paidOn }),
  };
}

function payeeView({ name, bank, accountMasked: bankAccount }: PayeeRecord): PayeeDto {
  return { name, bankAccount, bank };
}

function demandView({ id, amount, received }: DemandRecord): AwardDemandDto {
  return { id, amount: formatYuan(amount), received: formatYuan(received), status: received < amount ? 'open' : 'received' };
}

/** Amounts in yuan. */
export function amountsView(amounts: AwardAmounts): Record<keyof AwardAmounts, string> {
  return {
    awarded: formatYuan(amounts.awarded),
    reserved: formatYuan(amounts.reserved),
    committed: formatYuan(amounts.committed),
    disbursed: formatYuan(amounts.disbursed),
    released: formatYuan(amounts.released),
    recovered: formatYuan(amounts.recovered),
  };
}

/** How a posting on an award is answered: with the award as it stands after it, and what is odd of it in the reader's language. */
export function renderAward(usernameOf: (id: string) => string, language: Language): Render {
  return ({ award, money, warnings }) => {
    if (award === null) throw new Error('A posting on an award answers the award');
    const view = awardView(award, usernameOf, language, money);
    // The hot path spreads nothing.
    return JSON.stringify(warnings === undefined ? view : { ...view, ...warningsView(warnings, language) });
  };
}
