import type { BusinessDate, Fen } from '../../kernel/index.js';
import type { Side } from '../chart/accounts.js';
import type { EntryKind, FloorOverride } from '../events/events.js';
import type {
  AccountState,
  AwardState,
  DemandState,
  EnterpriseState,
  FindingState,
  PaymentState,
  PersonState,
  ProjectState,
} from './state.js';

/** One leg of an entry that is to be posted. */
export interface Leg {
  readonly account: AccountState;
  readonly side: Side;
  readonly amountFen: Fen;
}

/** A journal entry that is to be posted. */
export interface EntryDraft {
  readonly id: string;
  readonly kind: EntryKind;
  readonly fiscalYear: number;
  readonly effectiveOn: BusinessDate;
  readonly lineId: number | null;
  readonly amountFen: Fen;
  readonly documentNo: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly legs: readonly Leg[];
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
  readonly project?: ProjectState;
}

/** Kinds of claims: things that may happen only once in a fund (architecture §3.4). */
export type ClaimKind = 'once-for-life' | 'unique-fact' | 'payment-ref' | 'receipt-ref' | 'person-year';

export interface Claim {
  readonly kind: ClaimKind;
  readonly key: string;
  readonly awardId: string;
}

/** All that one accepted event changes. */
export interface Effects {
  /** The first is the event's own entry; empty when nothing had to change. */
  readonly entries: readonly EntryDraft[];
  readonly newEnterprise?: EnterpriseState;
  /** A known enterprise is seen with its credit code for the first time. */
  readonly creditCode?: { readonly enterprise: EnterpriseState; readonly creditCode: string };
  readonly newProject?: ProjectState;
  readonly newPerson?: PersonState;
  readonly newAward?: AwardState;
  readonly claims?: readonly Claim[];
  readonly payment?: PaymentState;
  readonly paymentChange?: {
    readonly payment: PaymentState;
    readonly returned?: Fen;
    readonly demanded?: Fen;
    readonly recovered?: Fen;
  };
  readonly demand?: DemandState;
  readonly demandReceived?: { readonly demand: DemandState; readonly received: Fen };
  readonly ceilingRaised?: { readonly year: number; readonly byFen: Fen };
  readonly override?: FloorOverride & { readonly account: AccountState; readonly lackingFen: Fen };
  readonly settled?: {
    readonly finding: FindingState;
    readonly status: 'resolved' | 'dismissed';
    readonly resolution: string;
    readonly reason: string;
    readonly by: string;
  };
}

/** Key of a claim within a fund. */
export function claimKey(kind: ClaimKind, key: string): string {
  return `${kind}|${key}`;
}

/** Key of the claim that a person's standing award has on its year. */
export function personYearKey(identityHash: string, fiscalYear: number): string {
  return claimKey('person-year', `${identityHash}|${fiscalYear}`);
}

const PERSON = 'person:';

/** The person whose year the award claims while it stands; null for enterprises, and for one that was dismissed as another project. */
export function personOf(award: AwardState): string | null {
  const { key } = award.project;
  return key.startsWith(PERSON) ? key.slice(PERSON.length) : null;
}
