import type { Problem } from '../../kernel/index.js';
import type { Tx } from '../../platform/database/database.js';
import type { State } from '../state/state.js';

/** A row that a companion locks. */
export interface CompanionRow {
  readonly id: string;
}

/** An event that was accepted, with the record that goes with it. */
export interface Accepted<Item, Row> {
  readonly item: Item;
  /** The row as it was locked and as `after` has it; undefined where the item locks none. */
  readonly row: Row | undefined;
  /** The event's own entry; null where it had nothing to change. */
  readonly entryId: string | null;
  /** The event's answer as it is so far: JSON text, made by its own render or by the record written before. */
  answered(): string | null;
}

/**
 * A kind of record that a room writes beside its postings: it is there exactly when the posting is. Its three parts fit the batch: one
 * lock for all items, a check of each, one write for all. A repeated attempt runs them again.
 */
export interface CompanionKind<Item, Row extends CompanionRow> {
  /** Unique; names the statements. */
  readonly name: string;
  /** Table of the rows that are locked, at its place in the one order of locks, and the columns that are read with them. */
  readonly table: string;
  readonly columns: string;
  /**
   * Locks and reads the rows in statements of its own, sent one behind the other, where one of the table's alone doesn't do: they come at the
   * table's place in the order of locks.
   */
  lock?(tx: Tx, fundId: number, items: readonly Item[]): Promise<readonly Row[]>;
  /** It is written behind the others, as it keeps their answers. */
  readonly writtenLast?: boolean;
  /** The row that an item locks; null: it locks none. */
  idOf(item: Item): string | null;
  /** Whether the record may be written, asked before its event is decided. Pure. A refusal is this event's, and nobody else's. */
  check(item: Item, row: Row | undefined, state: State): Problem | null;
  /** The row as it will be, for those behind it in the batch. Pure. */
  after(item: Item, row: Row): Row;
  /**
   * Writes the records of all accepted events: set-wise, last in the transaction. Where an event is answered by its record, answers the
   * JSON texts in order; else null.
   */
  write(
    tx: Tx,
    at: { readonly fundId: number; readonly recordedAt: Date },
    accepted: readonly Accepted<Item, Row>[],
  ): Promise<readonly string[] | null>;
}

/** A record that is to be written beside one event. */
export interface Companion {
  readonly kind: CompanionKind<unknown, CompanionRow>;
  readonly item: unknown;
}

/** The item as a companion of its kind. */
export function companion<Item, Row extends CompanionRow>(kind: CompanionKind<Item, Row>, item: Item): Companion {
  return { kind, item };
}

/** Rows of one kind that are to be locked. */
export interface CompanionLock {
  readonly kind: Companion['kind'];
  readonly ids: readonly string[];
  /** All that lock a row, of which several may lock the same one, each with rows of its own beside it. */
  readonly items: readonly unknown[];
}

/** Locked rows by kind and id. */
export type CompanionRows = ReadonlyMap<Companion['kind'], Map<string, CompanionRow>>;

/** Tables whose rows come first in the order of locks, or by another key: what an event needs of them, it says. */
const LOCKED_BY_NEEDS: ReadonlySet<string> = new Set(['account', 'award', 'person']);

/** The rows that companions lock, each kind's once. */
export function locksOf(companions: readonly Companion[]): readonly CompanionLock[] {
  const items = new Map<Companion['kind'], { readonly ids: Set<string>; readonly items: unknown[] }>();
  for (const { kind, item } of companions) {
    if (LOCKED_BY_NEEDS.has(kind.table)) throw new Error(`${kind.name} can't lock ${kind.table}: an event's needs do`);
    const id = kind.idOf(item);
    const known = items.get(kind) ?? { ids: new Set(), items: [] };
    if (id === null) continue;
    known.ids.add(id);
    known.items.push(item);
    items.set(kind, known);
  }
  return [...items].map(([kind, known]) => ({ kind, ids: [...known.ids], items: known.items }));
}

/** A record beside an accepted event. */
export interface AcceptedCompanion extends Companion, Accepted<unknown, CompanionRow> {
  /** Takes the event's answer. */
  readonly answer: (text: string) => void;
}

/** Writes the records of accepted events, kind by kind. */
export async function writeCompanions(
  tx: Tx,
  at: { readonly fundId: number; readonly recordedAt: Date },
  accepted: readonly AcceptedCompanion[],
): Promise<void> {
  const kinds = [...new Set(accepted.map((one) => one.kind))];
  const isLast = (kind: Companion['kind']): boolean => kind.writtenLast === true;
  for (const kind of [...kinds.filter((one) => !isLast(one)), ...kinds.filter(isLast)]) {
    const ofKind = accepted.filter((one) => one.kind === kind);
    const texts = await kind.write(tx, at, ofKind);
    texts?.forEach((text, index) => ofKind[index]?.answer(text));
  }
}
