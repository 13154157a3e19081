import type { Sql, Statement } from '../platform/database/database.js';
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
}

const LIST: Statement = {
  name: 'budget.list-entries',
  text: `SELECT j.id, j.kind, j.fiscal_year, j.amount_fen, l.code AS line, j.reason, j.document_no, j.details, j.effective_on, j.recorded_at, j.actor_id
           FROM journal_entry j LEFT JOIN programme_line l ON l.fund_id = j.fund_id AND l.id = j.line_id
          WHERE j.fund_id = $1 AND j.fiscal_year = $2 AND j.kind = ANY ($3::text[])
            AND ($4::text IS NULL OR $4 IN (l.code, j.details ->> 'toLine'))
            AND ($5::uuid IS NULL OR j.id < $5)
          ORDER BY j.id DESC LIMIT $6`,
};

/** Budget entries of a year, newest first, those before an id; of one kind and line where these are given. */
export function listBudgetEntries(
  sql: Sql,
  where: { readonly fundId: number; readonly year: number; readonly kind: string | null; readonly line: string | null },
  beforeId: string | null,
  limit: number,
): Promise<BudgetEntryRow[]> {
  const kinds = where.kind === null ? BUDGET_ENTRY_KINDS : [where.kind];
  return sql.rows<BudgetEntryRow>(LIST, [where.fundId, where.year, kinds, where.line, beforeId, limit]);
}
