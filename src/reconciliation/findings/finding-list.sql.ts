import type { Fen } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';

/** A finding as it is shown. */
export interface FindingRow {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly status: string;
  readonly fund: string;
  readonly fiscalYear: number;
  readonly line: string | null;
  /** Amounts in fen, as text: `bigint` does not go through JSON. */
  readonly awards: readonly {
    readonly id: string;
    readonly number: string;
    readonly line: string;
    readonly awarded: string;
    readonly onHold: boolean;
  }[];
  readonly amountFen: Fen;
  readonly evidence: Record<string, unknown>;
  readonly openedAt: Date;
  readonly openedByRun: string;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
  readonly reason: string | null;
  readonly version: number;
}

const COLUMNS = `
    f.id, f.rule, f.severity, f.status, d.code AS fund, f.fiscal_year AS "fiscalYear", l.code AS line, f.amount_fen AS "amountFen", f.evidence,
    f.opened_at AS "openedAt", f.opened_by_run AS "openedByRun", f.resolved_at AS "resolvedAt", f.resolved_by AS "resolvedBy", f.resolution,
    f.reason, f.version,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'number', a.number, 'line', al.code, 'awarded', a.awarded_fen::text, 'onHold', a.on_hold)
                               ORDER BY named.position), '[]')
       FROM unnest(f.award_ids) WITH ORDINALITY AS named(id, position)
       JOIN award a ON a.fund_id = f.fund_id AND a.id = named.id
       JOIN programme_line al ON al.fund_id = a.fund_id AND al.id = a.line_id) AS awards`;

const FROM = `
      FROM finding f
      JOIN fund d ON d.id = f.fund_id
      LEFT JOIN programme_line l ON l.fund_id = f.fund_id AND l.id = f.line_id`;

/**
 * An agency sees the findings of the lines that it leads, and those that name an award of such a line: an award on hold tells its
 * officer which finding holds it. The other awards that a finding names are part of it. null sees all.
 */
const VISIBLE = `($1::text IS NULL OR $1 = ANY (l.lead_agencies)
       OR EXISTS (SELECT FROM award a JOIN programme_line al ON al.fund_id = a.fund_id AND al.id = a.line_id
                   WHERE a.fund_id = f.fund_id AND a.id = ANY (f.award_ids) AND $1 = ANY (al.lead_agencies)))`;

const LIST: Statement = {
  name: 'reconciliation.list-findings',
  text: `
    SELECT ${COLUMNS} ${FROM}
     WHERE ${VISIBLE} AND ($2::text IS NULL OR d.code = $2) AND ($3::integer IS NULL OR f.fiscal_year = $3) AND ($4::text IS NULL OR f.rule = $4)
       AND ($5::text IS NULL OR f.status = $5) AND ($6::text IS NULL OR f.severity = $6) AND ($7::uuid IS NULL OR f.id < $7)
     ORDER BY f.id DESC
     LIMIT $8`,
};

/** What findings are listed. */
export interface FindingFilters {
  readonly agency: string | null;
  readonly fund: string | null;
  readonly fiscalYear: number | null;
  readonly rule: string | null;
  readonly status: string | null;
  readonly severity: string | null;
}

/** Findings, newest first. */
export async function listFindings(
  sql: Sql,
  filters: FindingFilters,
  after: string | null,
  limit: number,
): Promise<FindingRow[]> {
  const { agency, fund, fiscalYear, rule, status, severity } = filters;
  return sql.rows<FindingRow>(LIST, [agency, fund, fiscalYear, rule, status, severity, after, limit]);
}

const FIND: Statement = { name: 'reconciliation.find-finding', text: `SELECT ${COLUMNS} ${FROM} WHERE ${VISIBLE} AND f.id = $2` };

/** The finding, or null where there is none that the agency may see. */
export async function findFinding(sql: Sql, agency: string | null, id: string): Promise<FindingRow | null> {
  const [row] = await sql.rows<FindingRow>(FIND, [agency, id]);
  return row ?? null;
}

const COUNT_OPEN: Statement = {
  name: 'reconciliation.count-open-findings',
  text: `SELECT rule, severity, count(*)::integer AS count FROM finding WHERE status = 'open' GROUP BY rule, severity`,
};

/** Open findings by rule and severity, for metrics. */
export function countOpenFindings(sql: Sql): Promise<{ rule: string; severity: string; count: number }[]> {
  return sql.rows(COUNT_OPEN);
}
