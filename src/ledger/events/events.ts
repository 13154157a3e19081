import type { BusinessDate, Fen } from '../../kernel/index.js';

/** What every event may say beside its own fields. */
interface Said {
  /** Business date; null: today in Asia/Shanghai, clamped into the fiscal year. */
  readonly effectiveOn: BusinessDate | null;
  readonly documentNo?: string | null;
  readonly reason?: string | null;
}

/** 預算批覆, 追加: money becomes available to the year. */
export interface ResourceEvent extends Said {
  readonly kind: 'appropriation' | 'supplement';
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  /** Document that raises the year's ceiling by what this entry exceeds it. */
  readonly ceilingDocumentNo: string | null;
}

/** Leave to take a line's available below zero, by exactly what it lacks. */
export interface FloorOverride {
  readonly reason: string;
  readonly documentNo: string;
  readonly expiresOn: BusinessDate;
}

/** 追減, from a line's available or from the unallotted. */
export interface ReductionEvent extends Said {
  readonly kind: 'reduction';
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  /** Line code; null: from the unallotted. */
  readonly line: string | null;
  readonly override: FloorOverride | null;
}

/** 指標分解 to a line, or its return. */
export interface AllotmentEvent extends Said {
  readonly kind: 'allotment' | 'allotment-return';
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  readonly line: string;
}

/** 調劑 from line to line of the same year. */
export interface VirementEvent extends Said {
  readonly kind: 'virement';
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  readonly fromLine: string;
  readonly toLine: string;
}

/** 預留 on approval of an award. Identity codes are validated and the project key is normalised before they come here. */
export interface ReserveEvent extends Said {
  readonly kind: 'reserve';
  readonly fiscalYear: number;
  readonly line: string;
  readonly amountFen: Fen;
  readonly enterprise: { readonly name: string; readonly organizationCode: string; readonly creditCode: string | null };
  /** `key`: what makes it the same project (`code:…`, `title:…`); replaced by the person's on a line whose payee is a person. */
  readonly project: { readonly title: string; readonly code: string | null; readonly key: string };
  readonly person: { readonly name: string; readonly identityHash: string; readonly identityMasked: string } | null;
  readonly approvalRef: string;
  readonly approvedOn: BusinessDate;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Already approved on paper: recorded on hold where one-subsidy would refuse it. */
  readonly approvedOffline: boolean;
}

/** 承諾: the grant agreement or funding notice is signed. */
export interface CommitEvent extends Said {
  readonly kind: 'commit';
  readonly awardId: string;
  /** null: the whole open reservation. */
  readonly amountFen: Fen | null;
}

/** 撥付: a payment leaves the treasury. */
export interface DisburseEvent extends Said {
  readonly kind: 'disburse';
  readonly awardId: string;
  readonly amountFen: Fen;
  readonly paymentRef: string;
}

/** 釋放 of a reservation or a commitment, whole or part. */
export interface ReleaseEvent extends Said {
  readonly kind: 'release';
  readonly awardId: string;
  readonly from: 'reserved' | 'committed';
  /** null: all that is open there. */
  readonly amountFen: Fen | null;
}

/** 退回: the bank returns a payment. */
export interface ReturnEvent extends Said {
  readonly kind: 'return';
  readonly awardId: string;
  readonly amountFen: Fen;
  readonly paymentRef: string;
}

/** 應追回: money is demanded back from the grantee. */
export interface DemandRecoveryEvent extends Said {
  readonly kind: 'recovery-demand';
  readonly awardId: string;
  readonly amountFen: Fen;
  readonly paymentRef: string;
}

/** 追回: demanded money is received. */
export interface RecoverEvent extends Said {
  readonly kind: 'recovery';
  readonly awardId: string;
  readonly amountFen: Fen;
  readonly demandId: string;
  readonly receiptRef: string;
}

/**
 * The hold of a project and year goes to every live award but one: `keep`, or where it is null the one that domain §5 keeps. A person's
 * project stands for the person, at whatever enterprise.
 * Reconciliation posts it; nothing is written when the holds already lie so.
 */
export interface AssignHoldEvent extends Said {
  readonly kind: 'assign-hold';
  readonly projectId: string;
  readonly fiscalYear: number;
  readonly keep: string | null;
}

/** A finding is settled by finance (`POST /findings/{id}/resolve`). */
export interface SettleEvent extends Said {
  readonly kind: 'settle';
  readonly findingId: string;
  readonly resolution: 'keep' | 'release' | 'dismiss';
  /** The award kept, released or dismissed; null: for keep the one that stands, else those on hold. */
  readonly awardId: string | null;
  readonly reason: string;
}

export type BudgetEvent = ResourceEvent | ReductionEvent | AllotmentEvent | VirementEvent;
export type AwardEvent = CommitEvent | DisburseEvent | ReleaseEvent | ReturnEvent | DemandRecoveryEvent | RecoverEvent;
export type LedgerEvent = BudgetEvent | ReserveEvent | AwardEvent | AssignHoldEvent | SettleEvent;

/** Kinds of journal entries. */
export type EntryKind = LedgerEvent['kind'];
