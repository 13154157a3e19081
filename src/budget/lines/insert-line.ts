import type { BusinessDate, Text } from '../../kernel/index.js';
import type { Title, LineRule } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { findLine } from './find-line.js';
import type { Form, Payee } from './forms.js';
import { Fund } from '../funds/fund.entity.js';
import { storeVersion } from './rule-versions.js';
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
  /** What is paid, and what of the clause is our interpretation; null: nothing is said of it. */
  readonly pays: Title | null;
  readonly reading: Title | null;
}

/** The first rule of a line, and who made it. */
export interface FirstRule {
  readonly rule: LineRule;
  /** Id of the user. */
  readonly by: string;
}

/** Stores a line behind the others of its fund, whose row is locked, with a rule from the fund's first day on; null when its code is taken. */
export async function insertLine(tx: Tx, fundId: number, line: NewLine, { rule, by }: FirstRule): Promise<ProgrammeLine | null> {
  const last = await tx.manager.maximum(ProgrammeLine, 'position', { fundId });
  const row = { ...columnsOf(line), fundId, code: line.code, position: (last ?? 0) + 1 };
  if (!(await insertNew(tx.manager, ProgrammeLine, row))) return null;
  const stored = await findLine(tx, fundId, line.code);
  if (stored === null) return null;
  const { firstYear } = await tx.manager.findOneByOrFail(Fund, { id: fundId });
  await storeVersion(tx, fundId, stored.id, { rule, from: firstDayOf(firstYear), reason: null, documentNo: null, by });
  return stored;
}

/** The day from which a line's first rule holds. */
export function firstDayOf(year: number): BusinessDate {
  return `${year}-01-01`;
}

/** Everything of a line that finance may change. */
export function columnsOf(line: NewLine): Omit<ProgrammeLine, 'fundId' | 'id' | 'code' | 'position' | 'version'> {
  const { section, title, leadAgencies, form, payee, reservable, reason, pays, reading } = line;
  const reasons = { reason: reason?.zh ?? null, reasonEn: reason?.en ?? null };
  return { section, title, leadAgencies: [...leadAgencies], form, payee, reservable, pays, reading, ...reasons };
}
