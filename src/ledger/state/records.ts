import type { Fen } from '../../kernel/index.js';
import { versionOn } from '../rules/rule-versions.js';
import type { EntryDraft } from './effects.js';
import type { AwardState, DemandState, Payee, PaymentState, Publicity } from './model.js';
import type { State } from './state.js';

/** Amounts of an award, all fen. `reserved` and `committed` are still open, `disbursed` is net. */
export interface AwardAmounts {
  readonly awarded: Fen;
  readonly reserved: Fen;
  readonly committed: Fen;
  readonly disbursed: Fen;
  readonly released: Fen;
  readonly recovered: Fen;
}

/** A payment of an award, amounts in fen. */
export interface PaymentRecord {
  readonly paymentRef: string;
  readonly amount: Fen;
  readonly effectiveOn: string;
  readonly returned: Fen;
  readonly demanded: Fen;
  readonly recovered: Fen;
  /** To whom; null: nobody said. */
  readonly payee: PayeeRecord | null;
  /** Number and date of the payment voucher; null: nobody said. */
  readonly voucherNo: string | null;
  readonly paidOn: string | null;
}

/** A payee as it is shown. */
export type PayeeRecord = Omit<Payee, 'accountHash'>;

/** A recovery demanded, amounts in fen. */
export interface DemandRecord {
  /** The demand's entry; a recovery names it. */
  readonly id: string;
  readonly amount: Fen;
  readonly received: Fen;
}

/** What holds an award. */
export interface AwardHold {
  readonly rule: 'one-subsidy' | 'line-rule' | 'highest-of-three';
  readonly finding: string | null;
}

/** An award as it stood right after an entry. */
export interface AwardRecord {
  readonly id: string;
  readonly number: string;
  readonly fund: string;
  readonly fiscalYear: number;
  readonly budgetYear: number;
  readonly line: string;
  readonly enterprise: {
    readonly id: string;
    readonly name: string;
    readonly creditCode: string | null;
    readonly organizationCode: string;
  };
  readonly project: { readonly id: string; readonly title: string; readonly code: string | null };
  readonly person: { readonly name: string; readonly identityMasked: string } | null;
  readonly amounts: AwardAmounts;
  readonly onHold: boolean;
  /** What holds it, and the open finding that says so; null: there is none (yet). */
  readonly holds: readonly AwardHold[];
  readonly approvedOffline: boolean;
  readonly approvalRef: string;
  readonly approvedOn: string;
  /** Business date of the reservation. */
  readonly effectiveOn: string;
  /** The last one recorded; null: none. */
  readonly publicity: Publicity | null;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Version of the line's rule by which it is judged. */
  readonly ruleVersion: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly version: number;
}

/** What was paid of an award and is demanded back, each in the order in which it came. */
export interface AwardMoney {
  readonly payments: readonly PaymentRecord[];
  readonly demands: readonly DemandRecord[];
}

/** A journal entry as it is answered. */
export interface EntryRecord {
  readonly id: string;
  readonly kind: string;
  readonly fiscalYear: number;
  readonly effectiveOn: string;
  readonly recordedAt: Date;
  readonly amountFen: Fen;
  readonly documentNo: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** The holds of an award. `findingOf`: the open finding of a rule that names it. */
export function holdsOf(
  award: { readonly onHold: boolean; readonly ruleHold: boolean; readonly rewardHold: boolean },
  findingOf: (rule: AwardHold['rule']) => string | null,
): readonly AwardHold[] {
  const rules = [
    ...(award.onHold ? ['one-subsidy' as const] : []),
    ...(award.ruleHold ? ['line-rule' as const] : []),
    ...(award.rewardHold ? ['highest-of-three' as const] : []),
  ];
  return rules.map((rule) => ({ rule, finding: findingOf(rule) }));
}

/** The award as it stands in memory, as it is answered. */
export function awardRecord(state: State, award: AwardState): AwardRecord {
  return {
    id: award.id,
    number: award.number,
    fund: state.fund.code,
    fiscalYear: award.fiscalYear,
    budgetYear: award.budgetYear,
    line: state.line(award.lineId).code,
    enterprise: {
      id: award.enterprise.id,
      name: award.enterprise.name,
      creditCode: award.enterprise.creditCode,
      organizationCode: award.enterprise.organizationCode,
    },
    project: { id: award.project.id, title: award.project.title, code: award.project.code },
    person: award.person === null ? null : { name: award.person.name, identityMasked: award.person.identityMasked },
    amounts: {
      awarded: award.awarded,
      reserved: award.reserved,
      committed: award.committed,
      disbursed: award.disbursed,
      released: award.released,
      recovered: award.recovered,
    },
    onHold: award.onHold,
    holds: holdsOf(award, (rule) => state.openFindings.get(award.id)?.find((one) => one.rule === rule)?.id ?? null),
    approvedOffline: award.approvedOffline,
    approvalRef: award.approvalRef,
    approvedOn: award.approvedOn,
    effectiveOn: award.effectiveOn,
    publicity: award.publicity,
    facts: award.facts,
    ruleVersion: versionOn(state.line(award.lineId).rules, award.effectiveOn).number,
    createdBy: award.createdBy,
    createdAt: award.createdAt,
    version: award.version,
  };
}

/** The award's payments and demands as they stand in memory. */
export function awardMoney(state: State, award: AwardState): AwardMoney {
  return {
    payments: (state.payments.get(award.id) ?? []).map(paymentRecord),
    demands: [...state.demands.values()].filter((demand) => demand.awardId === award.id).map(demandRecord),
  };
}

function paymentRecord(payment: PaymentState): PaymentRecord {
  const { paymentRef, paid: amount, effectiveOn, returned, demanded, recovered, payee, voucherNo, paidOn } = payment;
  return { paymentRef, amount, effectiveOn, returned, demanded, recovered, payee, voucherNo, paidOn };
}

function demandRecord({ id, demanded, received }: DemandState): DemandRecord {
  return { id, amount: demanded, received };
}

/** The entry as it is answered. */
export function entryRecord(draft: EntryDraft, recordedAt: Date): EntryRecord {
  return {
    id: draft.id,
    kind: draft.kind,
    fiscalYear: draft.fiscalYear,
    effectiveOn: draft.effectiveOn,
    recordedAt,
    amountFen: draft.amountFen,
    documentNo: draft.documentNo,
    reason: draft.reason,
    details: draft.details,
  };
}
