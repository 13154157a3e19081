import type { Sql } from '../../platform/database/database.js';

// Without names: reports run seldom and over anything from nothing to millions of postings, so each is planned for what is there now.

/** Turnover of one account, fen. */
export interface TurnoverRow {
  readonly fiscal_year: number;
  readonly code: number;
  readonly normal_side: 'D' | 'C';
  readonly line: string | null;
  readonly title_zh_hant: string | null;
  readonly title_zh_hans: string | null;
  readonly title_en: string | null;
  readonly debit: bigint;
  readonly credit: bigint;
}

const TURNOVER = `SELECT a.fiscal_year, a.code, a.normal_side, l.code AS line, l.title_zh_hant, l.title_zh_hans, l.title_en, moved.debit, moved.credit
           FROM account a
           LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          CROSS JOIN LATERAL (
                SELECT coalesce(sum(p.amount_fen) FILTER (WHERE p.side = 'D'), 0)::bigint AS debit,
                       coalesce(sum(p.amount_fen) FILTER (WHERE p.side = 'C'), 0)::bigint AS credit
                  FROM posting p
                 WHERE p.fund_id = a.fund_id AND p.account_id = a.id
                   AND ($3::date IS NULL OR p.effective_on <= $3) AND ($4::timestamptz IS NULL OR p.recorded_at <= $4)) moved
          WHERE a.fund_id = $1 AND a.fiscal_year = ANY ($2::integer[])
          ORDER BY a.fiscal_year, a.code, l.position NULLS FIRST, l.id`;

/** Turnover of every account of the years, from the postings themselves. */
export async function turnover(
  sql: Sql,
  fundId: number,
  fiscalYears: readonly number[],
  asOf: string | null,
  recordedAsOf: Date | null,
): Promise<TurnoverRow[]> {
  return sql.rows<TurnoverRow>(TURNOVER, [fundId, fiscalYears, asOf, recordedAsOf]);
}
