import type { Actor, BusinessDate, Digest, Fen, Problem, Text } from '../../kernel/index.js';
import type { AccountCode } from '../chart/accounts.js';
import type { ClaimName } from '../state/claims.js';
import type { Effects } from '../state/effects.js';
import type { LineState } from '../state/model.js';
import type { More } from '../state/more.js';
import type { State } from '../state/state.js';
import type { Asked } from '../rules/second-person.js';
import type { Voucher } from './common/voucher.js';

/** What every event states beside its own fields. */
export interface Stated {
  /** Business date; null: today in Asia/Shanghai where it lies in the fiscal year, of a reservation the date of its approval (domain §3). */
  readonly effectiveOn: BusinessDate | null;
  readonly documentNo?: string | null;
  readonly reason?: string | null;
}

/** Supplies the event's ids, fixed before the first attempt: `ids(0)` is its entry. */
export type Ids = (position: number) => string;

/** An account as people name it. */
export interface AccountNeed {
  readonly year: number;
  readonly code: AccountCode;
  /** Line code; null: the year's account without line. */
  readonly line: string | null;
}

/** Who is paid for what: enterprise, project and person, as far as they are known. */
export interface PartyNeed {
  readonly organizationCode: string;
  readonly projectKey: string;
  /** null: nobody but the enterprise. */
  readonly identityHash: string | null;
}

/** The annual pool of a line in a fiscal year. */
export interface PoolNeed {
  readonly line: string;
  readonly fiscalYear: number;
}

/** Budget entries that one may repeat: of the same kind, year and amount. */
export interface BudgetDocumentNeed {
  readonly kind: string;
  readonly fiscalYear: number;
  readonly amountFen: Fen;
}

/** Reservations that one may repeat: of the same enterprise, line, year and amount, by the same approval. */
export interface ApprovalNeed {
  readonly organizationCode: string;
  readonly line: string;
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  readonly approvalRef: string;
}

/** What is to be locked and read before an event can be decided. Of every account and award its year and its line are read with it. */
export interface Needs {
  /** Locked. */
  readonly accounts?: readonly AccountNeed[];
  /** Locked, by id, with their enterprises, projects, persons, payments and demands. */
  readonly awards?: readonly string[];
  /** The person is locked. */
  readonly party?: PartyNeed;
  readonly pools?: readonly PoolNeed[];
  readonly claims?: readonly ClaimName[];
  /** What was posted before under a document, and may come again (common/same-document.ts). */
  readonly budgetDocument?: BudgetDocumentNeed;
  /** Award whose steps' documents are read. */
  readonly stepDocuments?: string;
  readonly approval?: ApprovalNeed;
  /** Award of whose payee names and account are read; the payee is locked. */
  readonly payee?: string;
  /** Whatever could reserve, commit or pay in an open year is locked. */
  readonly gates?: boolean;
  /** Rewards of other programmes decide: those of the enterprises that the events are of are read. */
  readonly rewards?: boolean;
  /** Ids of enterprises: locked are whatever could reserve, commit or pay in an open year, and all awards of these and of whom they are merged with. */
  readonly enterprises?: readonly string[];
}

/** Where an award's money is. */
export interface AwardPlace {
  readonly fiscalYear: number;
  readonly budgetYear: number;
  readonly line: string;
}

/** What is known of an event's subjects when its needs are asked for: nothing at first, more each time. */
export interface Known {
  readonly digest: Digest;
  /** undefined: not read yet, or there is no such award. */
  award(id: string): AwardPlace | undefined;
  /** Organization code of the enterprise that this one was merged into, as read under the locks; else its own. */
  rootOf(organizationCode: string): string;
  /** The line with its rule; undefined before the locks are taken, or there is no such line. */
  line(code: string): LineState | undefined;
}

/** What an event comes to: what it changes, why it is refused, or what must still be read. */
export type Outcome = Effects | Problem | More;

/**
 * All that is particular to one kind of event. Pure: reads the state and what it is given, changes nothing, has no clock and no I/O.
 * The engine, the store and the reports know no kind by name; they ask the table of them (index.ts).
 */
export interface EventKind<E> {
  /** What people call its journal entry. */
  readonly title: Text;
  /** 摘要 of its voucher: who, what, and which document. */
  summary(voucher: Voucher): Text;
  /** What of it a fund may ask a second person for; empty: nothing, whatever the fund says. */
  asks(event: E): readonly Asked[];
  /** Asked before the locks are taken, as often as more has come to be known, and once more under them. */
  needs(event: E, known: Known): Needs;
  decide(state: State, event: E, actor: Actor, ids: Ids): Outcome;
}
