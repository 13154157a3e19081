import type { Foretold } from '../state/foretell.js';
import type { Actor, Problem, RequestIdentity, Warning } from '../../kernel/index.js';
import type { LedgerEvent } from '../events/index.js';
import type { AwardMoney, AwardRecord, EntryRecord } from '../state/records.js';
import type { Companion } from '../store/companions.js';

export type { RequestIdentity } from '../../kernel/index.js';

/** The people beside the maker who agreed to a unit. */
export interface Agreed {
  readonly approvalId: string;
  /** Ids of 1 to 3 users, in the order in which they agreed; the maker is not among them. */
  readonly checkers: readonly string[];
}

/** One request's events: atomic (`single`, `all`) or each for itself (`each`). */
export interface Unit {
  readonly fund: string;
  readonly actor: Actor;
  readonly mode: 'single' | 'all' | 'each';
  /** Who agreed to it beside the actor; left out: nobody, and what the fund asks a second person for is refused (`approval-required`). */
  readonly agreed?: Agreed;
  /** null only for the product's own postings that are safe to repeat (reconciliation). */
  readonly request: RequestIdentity | null;
  /** 1 to 1,000. */
  readonly events: readonly LedgerEvent[];
}

/** An event that was accepted. `replayed`: the answer of the first request with this key. */
export interface Posted {
  readonly ok: true;
  readonly replayed: boolean;
  /** null: the event had nothing to change (a hold that lies right already). */
  readonly entry: EntryRecord | null;
  readonly award: AwardRecord | null;
  /** What is odd of it; left out where there is nothing, and on a replay: the answer that is kept tells it. */
  readonly warnings?: readonly Warning[];
  /** The answer as JSON text, to the byte the first one; null where nobody asked for one to be kept. */
  readonly answer: string | null;
  /** What it does, where that was asked for: of a dry run what it would have done, the rest being as if it had. */
  readonly foretold?: Foretold;
}

/** The answer to an accepted event, as JSON text: kept with the request's key, and sent again as it is. Neither reads nor waits. */
export type Render = (posted: Rendered) => string;

/** What an answer is made of. `money`: left out where an earlier answer is made again from its entry. */
export type Rendered = Pick<Posted, 'entry' | 'award' | 'warnings'> & { readonly money?: AwardMoney };

/** What goes with a unit's events. */
export interface Beside {
  /** For each event the records that rooms write beside it, in the same transaction. */
  readonly also?: readonly (readonly Companion[] | Companion | null)[];
  /** How an event is answered; a companion may do it instead. */
  readonly render?: Render;
  /**
   * Decides the unit under the same locks by the same code, and takes it back: each event is answered with what it would have done, or with the
   * refusal that it would have got. Nothing is written, no record of `also` either, and the request's key is neither looked up nor used.
   */
  readonly dryRun?: boolean;
  /**
   * Looks at what an atomic unit comes to, `foretold` included, before it is written; a refusal takes it back. Pure, asked in each attempt, and
   * not for what was done before.
   */
  readonly review?: (results: readonly Posted[]) => Problem | null;
}

/** What an event came to. */
export type PostResult = Posted | { readonly ok: false; readonly problem: Problem };
