import type { Actor, Fen, RequestIdentity, Result, Role } from '../../kernel/index.js';
import type { Agreed, Asked, Beside, LedgerEvent, Render, Unit } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import type { Language } from '../../platform/http/index.js';

/** JSON as it is stored. */
export type Json = Readonly<Record<string, unknown>>;

/** A unit that an act makes of what was asked. */
export interface ActUnit {
  readonly mode: Extract<Unit['mode'], 'single' | 'all'>;
  readonly events: readonly LedgerEvent[];
  readonly also?: Beside['also'];
  readonly render?: Render;
  /** What the whole is answered, of its events' answers (JSON texts); left out: the first. */
  answer?(answers: readonly string[]): string;
}

/** Who does it, and how the answer is read. */
export interface ActBy {
  readonly maker: Actor;
  readonly language: Language;
}

/** Something that a room posts, and that may need a second person: made anew of its data each time, as nothing is posted while it waits. */
export interface PostingAct<Data extends Json> {
  /** Unique; stored with what waits. */
  readonly name: string;
  /** Who may ask for it: still, when it is approved. */
  readonly roles: readonly Role[];
  unit(fund: string, data: Data, by: ActBy): Promise<Result<ActUnit>>;
}

/** What a change of a record came to: its answer, and what of it a checker is shown: nothing that another attempt would name otherwise. */
export interface Recorded {
  readonly answer: unknown;
  readonly shown: Shown;
}

/** A record before and after its change. */
export interface Shown {
  readonly before: object | null;
  readonly after: object;
}

/** Who changes a record, and who agreed to it; a trial is taken back in any case, and needs nobody's. */
export interface RecordedBy extends ActBy {
  readonly agreed: Agreed | null;
  readonly isTrial?: boolean;
}

/** A change of a record that may need a second person: no entry is posted. */
export interface RecordAct<Data extends Json> {
  readonly name: string;
  readonly roles: readonly Role[];
  /** What of it the fund may ask for; `always`: it needs one person at least, wherever the fund has a policy. */
  asks(data: Data): readonly (Asked & { readonly always?: true })[];
  /** Does it in the transaction, or is refused. Tried as well: what it does outside of the transaction it does in `after`. */
  run(tx: Tx, fundId: number, data: Data, by: RecordedBy): Promise<Result<Recorded>>;
  /** Once it is committed. */
  after?(): void;
}

/** What is asked for, as people read it. */
export interface Proposal<Data extends Json> {
  /** Code. */
  readonly fund: string;
  /** Secrets are hashed or masked in it: it is stored. */
  readonly data: Data;
  /** What was asked, in the names of the API; account numbers masked. Made where it waits. */
  readonly asked: () => Json;
  readonly fiscalYear: number | null;
  readonly amountFen: Fen | null;
  /** What the act makes of it now, where whoever asks has read all that it takes: it isn't read twice on the way to be posted. */
  readonly made?: ActUnit;
}

/** Who asks, by which request. `request` null (PATCH): what waits already of the same is answered again. */
export interface AskedBy {
  readonly actor: Actor;
  readonly request: RequestIdentity | null;
  readonly language: Language;
}
