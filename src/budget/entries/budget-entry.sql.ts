import { documentKey, entrySeenBy } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { BUDGET_ENTRY_KINDS } from './budget-entry.dto.js';

/** A budget entry as the journal has it. */
export interface BudgetEntryRow {
  readonly id: string;
  readonly kind: string;
  readonly fiscal_year: number;
  readonly amount_fen: bigint;
  readonly line: string | null;
  readonly reason: string | null;
  readonly document_no: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly effective_on: string;
  readonly recorded_at: Date;
  readonly actor_id: string;
  readonly checked_by: readonly string[] | null;
}

/** No budget entry is of an award: `award_id IS NULL` leaves them, and little else, in the index journal_entry_budget. */
const LIST: Statement = {
  name: 'budget.list-entries',
  text: `SELECT e.id, e.kind, e.fiscal_year, e.amount_fen, l.code AS line, e.reason, e.document_no, e.details, e.effective_on, e.recorded_at, e.actor_id, e.checked_by
           FROM journal_entry e LEFT JOIN programme_line l ON l.fund_id = e.fund_id AND l.id = e.line_id
          WHERE e.fund_id = $1 AND e.fiscal_year = $2 AND e.award_id IS NULL AND e.kind = ANY ($3::text[])
            AND ($4::text IS NULL OR $4 IN (l.code, e.details ->> 'toLine'))
            AND ($5::text IS NULL OR ${entrySeenBy('$5')})
            AND ($6::text IS NULL OR e.document_no IS NOT NULL AND ${documentKey('e.document_no')} = ${documentKey('$6::text')})
            AND ($7::uuid IS NULL OR e.id < $7)
          ORDER BY e.id DESC LIMIT $8`,
};

/** What chooses budget entries; what is null doesn't narrow. */
export interface BudgetEntryFilter {
  readonly fundId: number;
  readonly year: number;
  readonly kind: string | null;
  readonly line: string | null;
  /** Number of the document, however it is spelt. */
  readonly documentNo: string | null;
  /** Only entries that these agencies see. */
  readonly agencies: readonly string[] | null;
}

/** Budget entries of a year, newest first, those before an id. */
export function listBudgetEntries(
  sql: Sql,
  where: BudgetEntryFilter,
  beforeId: string | null,
  limit: number,
): Promise<BudgetEntryRow[]> {
  const kinds = where.kind === null ? BUDGET_ENTRY_KINDS : [where.kind];
  const { fundId, year, line, agencies, documentNo } = where;
  return sql.rows<BudgetEntryRow>(LIST, [fundId, year, kinds, line, agencies, documentNo, beforeId, limit]);
}
