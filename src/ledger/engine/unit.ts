import type { Actor, Fen, Problem, RequestIdentity } from '../../kernel/index.js';
import type { LedgerEvent } from '../events/events.js';

export type { RequestIdentity } from '../../kernel/index.js';

/** One request's events: atomic (`single`, `all`) or each for itself (`each`). */
export interface Unit {
  readonly fund: string;
  readonly actor: Actor;
  readonly mode: 'single' | 'all' | 'each';
  /** null only for the product's own postings that are safe to repeat (reconciliation). */
  readonly request: RequestIdentity | null;
  /** 1 to 1,000. */
  readonly events: readonly LedgerEvent[];
}

/** Amounts of an award, all fen. `reserved` and `committed` are still open, `disbursed` is net. */
export interface AwardAmounts {
  readonly awarded: Fen;
  readonly reserved: Fen;
  readonly committed: Fen;
  readonly disbursed: Fen;
  readonly released: Fen;
  readonly recovered: Fen;
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
  readonly approvedOffline: boolean;
  readonly approvalRef: string;
  readonly approvedOn: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly version: number;
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

/** An event that was accepted. `replayed`: the answer of the first request with this key. */
export interface Posted {
  readonly ok: true;
  readonly replayed: boolean;
  /** null: the event had nothing to change (a hold that lies right already). */
  readonly entry: EntryRecord | null;
  readonly award: AwardRecord | null;
}

/** What an event came to. */
export type PostResult = Posted | { readonly ok: false; readonly problem: Problem };
