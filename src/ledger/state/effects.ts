import type { BusinessDate, Fen, Warning } from '../../kernel/index.js';
import type { Leg } from '../chart/legs.js';
import type { ExternalReward } from '../rules/highest-of-three.js';
import type { ClaimName } from './claims.js';
import type {
  AccountState,
  AwardState,
  DemandState,
  EnterpriseState,
  PaymentState,
  PersonState,
  ProjectState,
  Publicity,
} from './model.js';

/** A journal entry that is to be posted. */
export interface EntryDraft {
  readonly id: string;
  /** Kind of an event (events/). */
  readonly kind: string;
  readonly fiscalYear: number;
  readonly effectiveOn: BusinessDate;
  readonly lineId: number | null;
  readonly amountFen: Fen;
  readonly documentNo: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly legs: readonly Leg<AccountState>[];
  /** The award it belongs to, and how it changes that award. */
  readonly award: AwardChange | null;
}

/** How an entry changes an award; amounts are differences in fen. */
export interface AwardChange {
  readonly award: AwardState;
  readonly reserved?: Fen;
  readonly committed?: Fen;
  readonly disbursed?: Fen;
  readonly released?: Fen;
  readonly recovered?: Fen;
  readonly onHold?: boolean;
  readonly ruleHold?: boolean;
  readonly rewardHold?: boolean;
  /** The settlement's entry that names it to be kept. */
  readonly kept?: string;
  readonly payableUntil?: BusinessDate | null;
  readonly publicity?: Publicity;
}

/** Two awards that finance says to be different projects though they share these keys. */
export interface Exemption {
  readonly awardIds: readonly [string, string];
  readonly keys: readonly string[];
  readonly reason: string;
}

/** Leave to take a line's available below zero, by exactly what it lacks. */
export interface FloorOverride {
  readonly reason: string;
  readonly documentNo: string;
  readonly expiresOn: BusinessDate;
}

/** Another name or credit code of an enterprise than it is known by: kept, and the one that it is known by stays. */
export interface EnterpriseAlias {
  readonly enterpriseId: string;
  readonly kind: 'name' | 'credit-code';
  readonly value: string;
}

/** Details of an enterprise, as they are stored; null: nothing is said of it. */
export interface EnterpriseDetails {
  readonly address: string | null;
  readonly legalRepresentative: string | null;
  readonly phone: string | null;
  readonly bankAccountHash: string | null;
  readonly bankAccountMasked: string | null;
}

/** Enterprises that get another root. */
export interface Moved {
  /** The one that was merged or parted, with all that were merged into it. */
  readonly members: readonly EnterpriseState[];
  readonly parted: EnterpriseState;
  /** Whom it is merged into; null: it is parted. */
  readonly into: string | null;
  readonly rootId: string;
  readonly rootCode: string;
}

/** How much more of a payment has come back, or is demanded back, fen. */
export interface PaymentChange {
  readonly payment: PaymentState;
  readonly returned?: Fen;
  readonly demanded?: Fen;
  readonly recovered?: Fen;
}

/** What an event posts under a document (documents.ts), and what it is told by where it comes again: its date, or its award's number. */
export interface PostedDocument {
  readonly key: string;
  readonly seenAs: string;
}

/** All that one accepted event changes. */
export interface Effects {
  /** The first is the event's own entry; empty when nothing had to change. */
  readonly entries: readonly EntryDraft[];
  readonly newEnterprise?: EnterpriseState;
  /** A known enterprise is seen with its credit code for the first time. */
  readonly creditCode?: { readonly enterprise: EnterpriseState; readonly creditCode: string };
  readonly aliases?: readonly EnterpriseAlias[];
  /** Kept where nothing is known of it yet. */
  readonly details?: { readonly enterpriseId: string; readonly details: EnterpriseDetails };
  readonly warnings?: readonly Warning[];
  readonly document?: PostedDocument;
  readonly newProject?: ProjectState;
  readonly newPerson?: PersonState;
  readonly newAward?: AwardState;
  readonly exemptions?: readonly Exemption[];
  /** An award's keys are made anew. */
  readonly rekeyed?: { readonly award: AwardState; readonly keys: readonly string[]; readonly folding: number };
  readonly moved?: Moved;
  /** The register of other programmes' rewards, as far as it was read, is this now. */
  readonly externals?: readonly ExternalReward[];
  /** Years that are to be reconciled besides those of the entries. */
  readonly touchedYears?: readonly number[];
  /** Claimed by the new award, else by that of the event's own entry. */
  readonly claims?: readonly ClaimName[];
  readonly payment?: PaymentState;
  readonly paymentChanges?: readonly PaymentChange[];
  readonly demands?: readonly DemandState[];
  readonly demandReceived?: { readonly demand: DemandState; readonly received: Fen };
  readonly ceilingRaised?: { readonly year: number; readonly byFen: Fen };
  readonly override?: FloorOverride & { readonly account: AccountState; readonly lackingFen: Fen };
}
