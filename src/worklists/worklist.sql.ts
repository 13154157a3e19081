import type { BusinessDate, Fen } from '../kernel/index.js';
import { OPEN_OVERRIDES, type LineRule } from '../ledger/index.js';
import { mayDecide } from '../approvals/index.js';
import type { Sql, Statement } from '../platform/database/database.js';
import type { WorkKind } from './work-kinds.js';

/** What narrows a work list; what is null doesn't. */
export interface WorkScope {
  /** Code of a fund. */
  readonly fund: string | null;
  readonly fiscalYear: number | null;
  /** Id of the user whose list it is. */
  readonly user: string;
  /** Only what these agencies reach. */
  readonly agencies: readonly string[] | null;
}

/** How much waits, of one kind. */
export interface WorkCount {
  readonly kind: WorkKind;
  readonly count: number;
  readonly amount_fen: Fen;
}

/** Of a fund and year of the scope ($1 fund, $2 year). */
const ofScope = (row: string): string =>
  `($1::text IS NULL OR ${row}.fund_id = (SELECT id FROM fund WHERE code = $1)) AND ($2::integer IS NULL OR ${row}.fiscal_year = $2)`;
/** On a line that the agencies lead ($3). */
const onLine = (row: string): string =>
  `($3::text[] IS NULL OR (${row}.fund_id, ${row}.line_id) IN (SELECT fund_id, id FROM programme_line WHERE lead_agencies && $3))`;
/** A finding of such a line, or that names an award of one. */
const FINDING_SEEN = `(${onLine('f')} OR EXISTS (SELECT FROM award a WHERE a.fund_id = f.fund_id AND a.id = ANY (f.award_ids) AND ${onLine('a')}))`;
/** Awards of the scope for which a condition holds, from its partial index: line by line and year by year, each counted by itself. */
const awardsWhere = (condition: string, amount: string): string => `
      FROM fiscal_years y
      JOIN programme_line l ON l.fund_id = y.fund_id AND ($3::text[] IS NULL OR l.lead_agencies && $3)
     CROSS JOIN LATERAL (SELECT count(*) AS count, sum(${amount}) AS fen FROM award
                          WHERE fund_id = y.fund_id AND fiscal_year = y.fiscal_year AND line_id = l.id AND (${condition})) c`;

/**
 * $4 the last day that is looked to. Each kind is one small index: what is open, held, unpaid or demanded, never all awards. The lists that
 * the links name choose by the same conditions.
 */
const COUNTS: Statement = {
  name: 'worklists.counts',
  plannedEachTime: true,
  text: `
    WITH fiscal_years AS MATERIALIZED (SELECT * FROM (SELECT fund_id, year AS fiscal_year FROM fiscal_year) y WHERE ${ofScope('y')})
    SELECT 'approvals-waiting' AS kind, count(*)::integer AS count, coalesce(sum(a.amount_fen), 0)::bigint AS amount_fen
      FROM approval a WHERE ${ofScope('a')} AND ${mayDecide('$5')}
     UNION ALL
    SELECT 'approvals-asked', count(*)::integer, coalesce(sum(a.amount_fen), 0)::bigint
      FROM approval a WHERE a.requested_by = $5::uuid AND a.status = 'pending' AND a.expires_at > clock_timestamp() AND ${ofScope('a')}
     UNION ALL
    SELECT 'findings-open', count(*)::integer, coalesce(sum(f.amount_fen), 0)::bigint
      FROM finding f WHERE f.status = 'open' AND ${ofScope('f')} AND ${FINDING_SEEN}
     UNION ALL
    SELECT 'findings-due', count(*)::integer, coalesce(sum(f.amount_fen), 0)::bigint
      FROM finding f WHERE f.status = 'acknowledged' AND f.until <= $4::date AND ${ofScope('f')} AND ${FINDING_SEEN}
     UNION ALL
    SELECT 'overrides-expiring', count(*)::integer, coalesce(sum(o.open_fen), 0)::bigint
      FROM ${OPEN_OVERRIDES} o WHERE o.expires_on <= $4::date AND ${ofScope('o')} AND ${onLine('o')}
     UNION ALL
    SELECT 'awards-on-hold', coalesce(sum(c.count), 0)::integer, coalesce(sum(c.fen), 0)::bigint
      ${awardsWhere('on_hold OR rule_hold OR reward_hold', 'reserved_fen + committed_fen')}
     UNION ALL
    SELECT 'awards-unpaid', coalesce(sum(c.count), 0)::integer, coalesce(sum(c.fen), 0)::bigint
      ${awardsWhere('committed_fen > 0 AND disbursed_fen = 0', 'committed_fen')}
     UNION ALL
    SELECT 'demands-open', count(DISTINCT a.id)::integer, coalesce(sum(d.demanded_fen - d.received_fen), 0)::bigint
      FROM recovery_demand d
     CROSS JOIN LATERAL (SELECT * FROM award WHERE fund_id = d.fund_id AND id = d.award_id LIMIT 1) a
     WHERE d.received_fen < d.demanded_fen AND ${ofScope('a')} AND ${onLine('a')}`,
};

/** How much waits, kind by kind, those with nothing as well. */
export function countWork(sql: Sql, { fund, fiscalYear, agencies, user }: WorkScope, until: BusinessDate): Promise<WorkCount[]> {
  return sql.rows<WorkCount>(COUNTS, [fund, fiscalYear, agencies, until, user]);
}

/** Where the money of a line is, in fen. */
export interface LineMoneyRow {
  readonly fund: string;
  readonly fiscal_year: number;
  readonly line: string;
  readonly title_zh_hant: string;
  readonly title_zh_hans: string;
  readonly title_en: string;
  /** The version of its rule that holds today. */
  readonly rule: LineRule;
  readonly available: Fen;
  readonly reserved: Fen;
  readonly committed: Fen;
  readonly disbursed: Fen;
  /** Lapsed and carried out. */
  readonly gone: Fen;
}

/** $1 fund, $2 year, $3 agencies, $4 today: lines in open years, newest year first. */
const LINES: Statement = {
  name: 'worklists.lines',
  text: `
    SELECT f.code AS fund, y.year AS fiscal_year, l.code AS line, l.title_zh_hant, l.title_zh_hans, l.title_en, v.rule, m.*
      FROM fund f
      JOIN fiscal_year y ON y.fund_id = f.id AND y.status = 'open' AND ($2::integer IS NULL OR y.year = $2)
      JOIN programme_line l ON l.fund_id = f.id AND l.reservable AND l.lead_agencies && $3::text[]
     CROSS JOIN LATERAL (SELECT rule FROM line_rule_version WHERE fund_id = l.fund_id AND line_id = l.id
                          ORDER BY valid_from <= $4::date DESC, CASE WHEN valid_from <= $4::date THEN valid_from END DESC, valid_from, number DESC
                          LIMIT 1) v
     CROSS JOIN LATERAL (SELECT coalesce(sum(balance) FILTER (WHERE code = 4610), 0)::bigint AS available,
                                coalesce(sum(balance) FILTER (WHERE code = 4700), 0)::bigint AS reserved,
                                coalesce(sum(balance) FILTER (WHERE code = 4801), 0)::bigint AS committed,
                                coalesce(sum(balance) FILTER (WHERE code = 4902), 0)::bigint AS disbursed,
                                coalesce(sum(balance) FILTER (WHERE code IN (4395, 4396)), 0)::bigint AS gone
                           FROM account WHERE fund_id = f.id AND fiscal_year = y.year AND line_id = l.id) m
     WHERE $1::text IS NULL OR f.code = $1
     ORDER BY f.id, y.year DESC, l.position, l.id`,
};

/** Lines that the agencies lead and that may be reserved on, in each open year, in the order of the policy. */
export function linesOf(
  sql: Sql,
  { fund, fiscalYear, agencies }: Omit<WorkScope, 'user'>,
  today: BusinessDate,
): Promise<LineMoneyRow[]> {
  return sql.rows<LineMoneyRow>(LINES, [fund, fiscalYear, agencies ?? [], today]);
}
