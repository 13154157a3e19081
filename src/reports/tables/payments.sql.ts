import type { Title } from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';

// Without names: reports run seldom and over anything from nothing to millions of postings, so each is planned for what is there now.

/** Payments of one month on one line, fen. */
export interface PaidRow {
  readonly fiscal_year: number;
  /** `YYYY-MM` */
  readonly month: string;
  readonly line: string;
  readonly title_zh_hant: string;
  readonly title_zh_hans: string;
  readonly title_en: string;
  /** Lead agencies of the line by code, and their names. */
  readonly lead_agencies: readonly string[];
  readonly agency_names: readonly Title[];
  readonly payments: bigint;
  readonly paid: bigint;
  readonly returned: bigint;
  readonly recovered: bigint;
}

// Summed up by day first: a month's name is made of some hundred days then, and not of a million postings.
const PAID = `WITH days AS (
           SELECT a.fiscal_year, a.line_id, e.kind, coalesce(paid.effective_on, p.effective_on) AS paid_on, count(*) AS entries,
                  sum(CASE p.side WHEN 'C' THEN p.amount_fen ELSE -p.amount_fen END) AS fen
             FROM account a
             JOIN posting p ON p.fund_id = a.fund_id AND p.account_id = a.id
             JOIN journal_entry e ON e.fund_id = p.fund_id AND e.id = p.entry_id
             LEFT JOIN recovery_demand d
               ON e.kind = 'recovery' AND d.fund_id = e.fund_id AND d.id = (e.details ->> 'demandId')::uuid
             LEFT JOIN payment paid
               ON paid.fund_id = e.fund_id
              AND paid.id = CASE e.kind WHEN 'return' THEN (e.details ->> 'paymentId')::uuid WHEN 'recovery' THEN d.payment_id END
            WHERE a.fund_id = $1 AND a.fiscal_year = ANY ($2::integer[]) AND a.code = 4902
              AND ($3::date IS NULL OR p.effective_on <= $3) AND ($4::timestamptz IS NULL OR p.recorded_at <= $4)
            GROUP BY a.fiscal_year, a.line_id, e.kind, coalesce(paid.effective_on, p.effective_on)
         ), summed AS (
           SELECT fiscal_year, line_id, to_char(paid_on, 'YYYY-MM') AS month,
                  coalesce(sum(entries) FILTER (WHERE kind = 'disburse'), 0)::bigint AS payments,
                  coalesce(sum(fen) FILTER (WHERE kind NOT IN ('return', 'recovery')), 0)::bigint AS paid,
                  coalesce(-sum(fen) FILTER (WHERE kind = 'return'), 0)::bigint AS returned,
                  coalesce(-sum(fen) FILTER (WHERE kind = 'recovery'), 0)::bigint AS recovered
             FROM days WHERE $5::text IS NULL OR to_char(paid_on, 'YYYY-MM') = $5
            GROUP BY fiscal_year, line_id, month
         )
         SELECT s.fiscal_year, s.month, l.code AS line, l.title_zh_hant, l.title_zh_hans, l.title_en, l.lead_agencies,
                (SELECT jsonb_agg(jsonb_build_object('zhHant', coalesce(g.name_zh_hant, led.code), 'zhHans', coalesce(g.name_zh_hans, led.code),
                                                     'en', coalesce(g.name_en, led.code)) ORDER BY led.place)
                   FROM unnest(l.lead_agencies) WITH ORDINALITY AS led (code, place)
                   LEFT JOIN agency g ON g.code = led.code) AS agency_names,
                s.payments, s.paid, s.returned, s.recovered
           FROM summed s
           JOIN programme_line l ON l.fund_id = $1 AND l.id = s.line_id
          WHERE ($6::text IS NULL OR $6 = ANY (l.lead_agencies)) AND ($7::text IS NULL OR l.code = $7)
          ORDER BY s.fiscal_year, s.month, l.lead_agencies, l.position, l.id`;

/** What payments are summed up. */
export interface PaidAsked {
  readonly fundId: number;
  readonly fiscalYears: readonly number[];
  /** Both clocks: what came back later than this is not off it yet. */
  readonly asOf: string | null;
  readonly recordedAsOf: Date | null;
  readonly month: string | null;
  readonly agency: string | null;
  readonly line: string | null;
}

/**
 * Payments by the month of their business date, and by line, from the postings of 撥付 (4902): what is summed up here is that account's
 * balance. What came back of a payment is in the payment's row, from the day on which it came.
 */
export async function paidByMonth(sql: Sql, asked: PaidAsked): Promise<PaidRow[]> {
  const { fundId, fiscalYears, asOf, recordedAsOf, month, agency, line } = asked;
  return sql.rows<PaidRow>(PAID, [fundId, fiscalYears, asOf, recordedAsOf, month, agency, line]);
}
