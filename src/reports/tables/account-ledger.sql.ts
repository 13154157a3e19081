import type { Sql } from '../../platform/database/database.js';

// Without names: reports run seldom and over anything from nothing to millions of postings, so each is planned for what is there now.

/** An account whose postings are read, up to a version: what is posted later is not part of the report. */
export interface LedgerAccountRow {
  readonly id: number;
  readonly code: number;
  readonly normal_side: 'D' | 'C';
  readonly line: string | null;
  readonly last_version: bigint;
}

const ACCOUNTS = `SELECT a.id, a.code, a.normal_side, l.code AS line,
                CASE WHEN $5::timestamptz IS NULL THEN a.version ELSE account_version_at(a.fund_id, a.id, a.version, $5) END AS last_version
           FROM account a
           LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE a.fund_id = $1 AND a.fiscal_year = $2 AND a.code = $3 AND ($4::text IS NULL OR l.code = $4)
          ORDER BY l.position NULLS FIRST, l.id`;

/** The accounts of a code in a year: one line's, or all of them in the order of the lines. */
export async function ledgerAccounts(
  sql: Sql,
  asked: { fundId: number; fiscalYear: number; code: number; line: string | null; recordedAsOf: Date | null },
): Promise<LedgerAccountRow[]> {
  return sql.rows<LedgerAccountRow>(ACCOUNTS, [asked.fundId, asked.fiscalYear, asked.code, asked.line, asked.recordedAsOf]);
}

/** One posting of an account, with its entry. */
export interface LedgerPostingRow {
  readonly version: bigint;
  readonly effective_on: string;
  readonly recorded_at: Date;
  readonly entry_id: string;
  readonly kind: string;
  readonly award: string | null;
  readonly document_no: string | null;
  readonly reason: string | null;
  readonly side: 'D' | 'C';
  readonly amount_fen: bigint;
  /** Codes of the accounts on the other side, with their line where it is another one. */
  readonly counterpart: string | null;
}

const POSTINGS = `SELECT p.version, p.effective_on, p.recorded_at, p.entry_id, p.side, p.amount_fen,
                e.kind, w.number AS award, e.document_no, e.reason,
                (SELECT string_agg(DISTINCT oa.code || coalesce(' ' || ol.code, ''), ', ')
                   FROM posting o
                   JOIN account oa ON oa.fund_id = o.fund_id AND oa.id = o.account_id
                   LEFT JOIN programme_line ol ON ol.fund_id = oa.fund_id AND ol.id = oa.line_id AND ol.id IS DISTINCT FROM a.line_id
                  WHERE o.fund_id = p.fund_id AND o.entry_id = p.entry_id AND o.side <> p.side
                    AND (oa.code >= 8000) = (a.code >= 8000)) AS counterpart
           FROM posting p
           JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
           JOIN journal_entry e ON e.fund_id = p.fund_id AND e.id = p.entry_id
           LEFT JOIN award w ON w.fund_id = e.fund_id AND w.id = e.award_id
          WHERE p.fund_id = $1 AND p.account_id = $2 AND p.version > $3 AND p.version <= $4
            AND ($5::date IS NULL OR p.effective_on <= $5)
          ORDER BY p.version LIMIT $6`;

/** The next postings of an account behind a version, in the order in which they were recorded. */
export async function nextPostings(
  sql: Sql,
  asked: { fundId: number; accountId: number; after: bigint; lastVersion: bigint; asOf: string | null; limit: number },
): Promise<LedgerPostingRow[]> {
  return sql.rows<LedgerPostingRow>(POSTINGS, [
    asked.fundId,
    asked.accountId,
    asked.after,
    asked.lastVersion,
    asked.asOf,
    asked.limit,
  ]);
}
