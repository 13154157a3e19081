import type { BusinessDate, Fen, Text } from '../../kernel/index.js';
import type { AccountCode, Side } from '../chart/accounts.js';
import type { RuleVersion } from '../rules/rule-versions.js';
import type { OwnReward } from '../rules/highest-of-three.js';
import type { Contender } from '../rules/one-subsidy.js';

/** An account under lock. */
export interface AccountState {
  readonly id: number;
  readonly fiscalYear: number;
  readonly code: AccountCode;
  readonly lineId: number | null;
  readonly normalSide: Side;
  /** fen, in the direction of the normal side */
  balance: Fen;
  /** fen; null: no floor (4120) */
  floor: Fen | null;
  version: bigint;
  /** Business date of its latest posting. */
  lastEffectiveOn: BusinessDate | null;
  awardCount: number;
  /** Net of each day; read only when a posting is dated before the account's last one. */
  days?: Map<BusinessDate, Fen>;
}

export interface YearState {
  readonly year: number;
  readonly status: 'draft' | 'open' | 'closed';
  ceilingRaisedFen: Fen;
  /** Some line's available was below zero when the batch was read. */
  readonly belowZero: boolean;
}

export interface LineState {
  readonly id: number;
  readonly code: string;
  /** What people call it. */
  readonly title: Text;
  readonly leadAgencies: readonly string[];
  readonly form: string;
  readonly payee: 'enterprise' | 'person';
  readonly reservable: boolean;
  /** Why nothing can be reserved; null where it can. */
  readonly reason: Text | null;
  /** Its rules in force, by the day from which they hold. */
  readonly rules: readonly RuleVersion[];
}

export interface EnterpriseState {
  readonly id: string;
  readonly organizationCode: string;
  creditCode: string | null;
  readonly name: string;
  /** The enterprise that it was merged into; null: none. */
  mergedInto: string | null;
  /** The one at the end of that, else itself: by its code awards are told apart. */
  rootId: string;
  rootCode: string;
}

export interface ProjectState {
  readonly id: string;
  readonly enterpriseId: string;
  /** By which the enterprise's next award for it is given the same project: its code, else its title. */
  readonly key: string;
  readonly title: string;
  readonly code: string | null;
}

export interface PersonState {
  readonly id: string;
  readonly identityHash: string;
  readonly identityMasked: string;
  readonly name: string;
  /** The person's awards that are live or were ever paid. */
  readonly years: readonly { readonly awardId: string; readonly lineId: number; readonly fiscalYear: number }[];
}

/** One day's change of an award's open amounts, fen. */
export interface AwardDay {
  reserved: Fen;
  committed: Fen;
}

/** 公示: the days on which an approved award is shown to the public, both included. */
export interface Publicity {
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  /** Where: a notice's number or address. */
  readonly reference: string;
  /** What the public objected; null: nothing. */
  readonly objections: string | null;
}

/** An award under lock. */
export interface AwardState {
  readonly id: string;
  readonly number: string;
  readonly fiscalYear: number;
  readonly budgetYear: number;
  readonly lineId: number;
  readonly enterprise: EnterpriseState;
  readonly project: ProjectState;
  /** By which it meets others of its year (rules/one-subsidy.ts). */
  keys: readonly string[];
  /** Version of the folding by which the keys were made. */
  folding: number;
  /** Entry of the settlement that named it to be kept; null: none. */
  kept: string | null;
  /** Last day on which it may be paid though it breaks its line's rule: finance knows of it. */
  payableUntil: BusinessDate | null;
  readonly person: Omit<PersonState, 'years'> | null;
  readonly awarded: Fen;
  reserved: Fen;
  committed: Fen;
  disbursed: Fen;
  released: Fen;
  recovered: Fen;
  /** A stronger award stands for its project. */
  onHold: boolean;
  /** A run found that its amount or facts break its line's rule. */
  ruleHold: boolean;
  /** A reward of another programme is higher. */
  rewardHold: boolean;
  everPaid: boolean;
  readonly approvedOffline: boolean;
  readonly approvalRef: string;
  readonly approvedOn: BusinessDate;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Business date of the reservation. */
  readonly effectiveOn: BusinessDate;
  lastEffectiveOn: BusinessDate;
  readonly createdBy: string;
  createdAt: Date;
  version: number;
  /** The last one recorded; null: none. */
  publicity: Publicity | null;
  /** Read only when an event is dated before the award's last one. */
  days?: Map<BusinessDate, AwardDay>;
}

/** To whom a payment went. The account's number is never kept (domain §6). */
export interface Payee {
  readonly name: string;
  readonly bank: string;
  /** Keyed hash of the account. */
  readonly accountHash: string;
  readonly accountMasked: string;
}

export interface PaymentState {
  readonly id: string;
  readonly awardId: string;
  /** The award's. */
  readonly lineId: number;
  readonly paymentRef: string;
  readonly fiscalYear: number;
  readonly effectiveOn: BusinessDate;
  /** null: nobody said. */
  readonly payee: Payee | null;
  /** Number and date of the payment voucher; null: nobody said. */
  readonly voucherNo: string | null;
  readonly paidOn: BusinessDate | null;
  readonly paid: Fen;
  returned: Fen;
  demanded: Fen;
  recovered: Fen;
}

export interface DemandState {
  readonly id: string;
  readonly awardId: string;
  readonly paymentId: string;
  readonly fiscalYear: number;
  readonly effectiveOn: BusinessDate;
  readonly demanded: Fen;
  received: Fen;
}

/** The account by which a payee is known. */
export interface KnownAccount {
  readonly hash: string;
  readonly masked: string;
  /** Its last payment, or what is recorded of the enterprise. */
  readonly from: 'payment' | 'details';
}

/** An award that is not locked and counts among the rewards of its enterprise's year. */
export interface RivalReward {
  readonly id: string;
  readonly enterpriseId: string;
  readonly fiscalYear: number;
  readonly reward: OwnReward;
}

/** Who holds a claim: shown as `conflictingAward` where it stands in the way. */
export interface ClaimHolder extends Contender {
  readonly number: string;
  readonly line: string;
  readonly fiscalYear: number;
  readonly place: number;
}
