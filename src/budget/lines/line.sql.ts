import type { Text } from '../../kernel/index.js';
import type { Title, LineRule } from '../../ledger/index.js';
import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import type { Form, Payee } from './forms.js';

/** A programme line as it is stored. */
export interface LineRow {
  readonly id: number;
  readonly code: string;
  readonly section: string;
  readonly title_zh_hant: string;
  readonly title_zh_hans: string;
  readonly title_en: string;
  readonly lead_agencies: string[];
  readonly form: Form;
  readonly payee: Payee;
  readonly reservable: boolean;
  readonly reason: string | null;
  readonly reason_en: string | null;
  readonly rule: LineRule;
  readonly version: number;
}

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

const LINE_COLUMNS =
  'id, code, section, title_zh_hant, title_zh_hans, title_en, lead_agencies, form, payee, reservable, reason, reason_en, rule, version';

const FIND_LINE: Statement = {
  name: 'budget.find-line',
  text: `SELECT ${LINE_COLUMNS} FROM programme_line WHERE fund_id = $1 AND code = $2`,
};

/** Why nothing can be reserved on the line, in the languages that it is kept in; null: something can. */
export function reasonOf(line: LineRow): Text | null {
  return line.reason === null || line.reason_en === null ? null : { zh: line.reason, en: line.reason_en };
}

/** The fund's line with this code. */
export async function findLine(sql: Sql, fundId: number, code: string): Promise<LineRow | null> {
  return (await sql.rows<LineRow>(FIND_LINE, [fundId, code]))[0] ?? null;
}

const LIST_LINES: Statement = {
  name: 'budget.list-lines',
  text: `SELECT ${LINE_COLUMNS} FROM programme_line l
          WHERE fund_id = $1
            AND ($2::integer IS NULL OR (position, id) > (SELECT a.position, a.id FROM programme_line a WHERE a.fund_id = $1 AND a.id = $2))
          ORDER BY position, id LIMIT $3`,
};

/** Lines after the one given (null: from the first), in the order of the policy. */
export async function listLines(sql: Sql, fundId: number, afterId: number | null, limit: number): Promise<LineRow[]> {
  return sql.rows<LineRow>(LIST_LINES, [fundId, afterId, limit]);
}

const INSERT_LINE: Statement = {
  name: 'budget.insert-line',
  text: `INSERT INTO programme_line
           (fund_id, code, section, title_zh_hant, title_zh_hans, title_en, lead_agencies, form, payee, reservable, reason, reason_en, rule, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                 (SELECT coalesce(max(position), 0) + 1 FROM programme_line WHERE fund_id = $1))
         ON CONFLICT (fund_id, code) DO NOTHING RETURNING ${LINE_COLUMNS}`,
};

/** Stores a line behind the others of its fund; null when its code is taken. */
export async function insertLine(tx: Tx, fundId: number, line: NewLine): Promise<LineRow | null> {
  return (await tx.rows<LineRow>(INSERT_LINE, [fundId, line.code, ...valuesOf(line)]))[0] ?? null;
}

const UPDATE_LINE: Statement = {
  name: 'budget.update-line',
  text: `UPDATE programme_line
            SET section = $4, title_zh_hant = $5, title_zh_hans = $6, title_en = $7, lead_agencies = $8, form = $9, payee = $10,
                reservable = $11, reason = $12, reason_en = $13, rule = $14, version = version + 1
          WHERE fund_id = $1 AND id = $2 AND version = $3 RETURNING ${LINE_COLUMNS}`,
};

/** Changes a line that still has the version given; null when it has another. */
export async function updateLine(tx: Tx, fundId: number, id: number, version: number, line: NewLine): Promise<LineRow | null> {
  return (await tx.rows<LineRow>(UPDATE_LINE, [fundId, id, version, ...valuesOf(line)]))[0] ?? null;
}

function valuesOf(line: NewLine): unknown[] {
  const { zhHant, zhHans, en } = line.title;
  const { section, leadAgencies, form, payee, reservable, reason } = line;
  const rule = JSON.stringify(line.rule);
  return [section, zhHant, zhHans, en, leadAgencies, form, payee, reservable, reason?.zh ?? null, reason?.en ?? null, rule];
}
