import type { Statement } from '../../../platform/database/database.js';

/** $1 fund, $2 award ids, locked: their steps that state a document, the earliest last. */
export const READ_STEP_DOCUMENTS: Statement = {
  name: 'ledger.read-step-documents',
  plannedEachTime: true,
  text: `SELECT w.id AS "awardId", j.kind, j.amount_fen AS "amountFen", j.document_no AS "documentNo", j.effective_on AS "effectiveOn"
           FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT id, kind, amount_fen, document_no, effective_on FROM journal_entry
                               WHERE fund_id = $1 AND award_id = w.id AND document_no IS NOT NULL OFFSET 0) j
          ORDER BY j.id DESC`,
};

/** $1 fund, $2 kinds, $3 fiscal years, $4 amounts in fen: such budget entries, the earliest last (index journal_entry_budget_amount). */
export const READ_BUDGET_DOCUMENTS: Statement = {
  name: 'ledger.read-budget-documents',
  plannedEachTime: true,
  text: `SELECT w.kind, w.fiscal_year AS "fiscalYear", w.amount_fen AS "amountFen", j.line_id AS "lineId", j.details ->> 'toLine' AS "toLine",
                j.document_no AS "documentNo", j.effective_on AS "effectiveOn"
           FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS w (kind, fiscal_year, amount_fen)
          CROSS JOIN LATERAL (SELECT id, line_id, details, document_no, effective_on FROM journal_entry
                               WHERE fund_id = $1 AND fiscal_year = w.fiscal_year AND amount_fen = w.amount_fen AND award_id IS NULL
                                 AND kind = w.kind AND document_no IS NOT NULL OFFSET 0) j
          ORDER BY j.id DESC`,
};
