import type { Text } from '../../kernel/index.js';
import type { Title, LineRule } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { findLine } from './find-line.js';
import type { Form, Payee } from './forms.js';
import { ProgrammeLine } from './programme-line.entity.js';

/** What makes a new line. */
export interface NewLine {
  readonly code: string;
  readonly section: string;
  readonly title: Title;
  readonly leadAgencies: readonly string[];
  readonly form: Form;
  readonly payee: Payee;
  readonly reservable: boolean;
  /** Why nothing can be reserved; null: something can. */
  readonly reason: Text | null;
  readonly rule: LineRule;
}

/** Stores a line behind the others of its fund, whose row is locked; null when its code is taken. */
export async function insertLine(tx: Tx, fundId: number, line: NewLine): Promise<ProgrammeLine | null> {
  const last = await tx.manager.maximum(ProgrammeLine, 'position', { fundId });
  const row = { ...columnsOf(line), fundId, code: line.code, position: (last ?? 0) + 1 };
  return (await insertNew(tx.manager, ProgrammeLine, row)) ? findLine(tx, fundId, line.code) : null;
}

/** Everything of a line that finance may change. */
export function columnsOf(line: NewLine): Omit<ProgrammeLine, 'fundId' | 'id' | 'code' | 'position' | 'version'> {
  const { section, title, leadAgencies, form, payee, reservable, reason, rule } = line;
  const reasons = { reason: reason?.zh ?? null, reasonEn: reason?.en ?? null };
  return { section, title, leadAgencies: [...leadAgencies], form, payee, reservable, rule, ...reasons };
}
