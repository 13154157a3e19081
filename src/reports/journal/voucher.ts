import type { Text } from '../../kernel/index.js';
import { entrySummary, type Voucher } from '../../ledger/index.js';

/** What of an entry `e` its voucher's summary is made of; with VOUCHER_JOINS, and `l` for the entry's line. */
export const VOUCHER_COLUMNS = `e.kind, e.fiscal_year, e.document_no, e.details, l.title_zh_hant AS line_title_zh, l.title_en AS line_title_en,
            t.title_zh_hant AS to_line_title_zh, t.title_en AS to_line_title_en,
            w.approval_ref, en.name AS enterprise_name, pe.name AS person_name, pr.title AS project_title, fi.named`;

/** The award `w` of an entry, of a settlement the first of its finding, unless that has no line: such an entry every officer sees; enterprise, person and project of that; the line that a virement gives to. */
export const VOUCHER_JOINS = `LEFT JOIN programme_line t ON t.fund_id = e.fund_id AND t.code = e.details ->> 'toLine'
       LEFT JOIN LATERAL (SELECT award_ids[1] AS first, cardinality(award_ids) AS named FROM finding
                           WHERE e.kind = 'settle' AND e.award_id IS NULL AND e.line_id IS NOT NULL AND fund_id = e.fund_id AND id = (e.details ->> 'findingId')::uuid LIMIT 1) fi ON true
       LEFT JOIN LATERAL (SELECT * FROM award WHERE fund_id = e.fund_id AND id = coalesce(e.award_id, fi.first) LIMIT 1) w ON true
       LEFT JOIN LATERAL (SELECT name FROM enterprise WHERE fund_id = w.fund_id AND id = w.enterprise_id LIMIT 1) en ON true
       LEFT JOIN LATERAL (SELECT name FROM person WHERE fund_id = w.fund_id AND id = w.person_id LIMIT 1) pe ON true
       LEFT JOIN LATERAL (SELECT title FROM project WHERE fund_id = w.fund_id AND id = w.project_id LIMIT 1) pr ON true`;

/** A row of VOUCHER_COLUMNS. */
export interface VoucherRow {
  readonly kind: string;
  readonly fiscal_year: number;
  readonly document_no: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly line_title_zh: string | null;
  readonly line_title_en: string | null;
  readonly to_line_title_zh: string | null;
  readonly to_line_title_en: string | null;
  readonly approval_ref: string | null;
  readonly enterprise_name: string | null;
  readonly person_name: string | null;
  readonly project_title: string | null;
  /** Awards that a settlement's finding names; null: it has an award of its own. */
  readonly named: number | null;
}

/** 摘要 of an entry's voucher: who, what, and which document. */
export function summaryOf(row: VoucherRow): Text {
  const voucher: Voucher = {
    fiscalYear: row.fiscal_year,
    line: titleOf(row.line_title_zh, row.line_title_en),
    toLine: titleOf(row.to_line_title_zh, row.to_line_title_en),
    award:
      row.enterprise_name === null || row.project_title === null
        ? null
        : {
            enterprise: row.enterprise_name,
            person: row.person_name,
            project: row.project_title,
            approvalRef: row.approval_ref ?? '',
            outOf: row.named ?? 1,
          },
    documentNo: row.document_no,
    details: row.details,
  };
  return entrySummary(row.kind, voucher);
}

function titleOf(zh: string | null, en: string | null): Text | null {
  return zh === null || en === null ? null : { zh, en };
}
