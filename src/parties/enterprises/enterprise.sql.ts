import type { Sql, Statement } from '../../platform/database/database.js';
import { inEitherScript } from '../../platform/either-script.js';

/** An enterprise as it is stored. */
export interface EnterpriseRow {
  readonly fund: string;
  readonly id: string;
  readonly name: string;
  readonly organization_code: string;
  readonly credit_code: string | null;
  readonly created_at: Date;
}

/** Sums over awards of an enterprise, fen. */
export interface AwardTotalsRow {
  readonly count: bigint;
  readonly awarded: bigint;
  readonly reserved: bigint;
  readonly committed: bigint;
  readonly disbursed: bigint;
  readonly released: bigint;
  readonly recovered: bigint;
}

const COLUMNS = 'f.code AS fund, e.id, e.name, e.organization_code, e.credit_code, e.created_at';

const LIST: Statement = {
  name: 'parties.list-enterprises',
  text: `SELECT ${COLUMNS} FROM enterprise e JOIN fund f ON f.id = e.fund_id
          WHERE ($1::text IS NULL OR f.code = $1)
            AND ($2::text IS NULL OR e.name ~* $2 OR e.organization_code = $3 OR e.credit_code = $3)
            AND ($4::uuid IS NULL OR e.id < $4)
          ORDER BY e.id DESC LIMIT $5`,
};

/** Enterprises whose name contains `q`, in either script, or whose code it is, before the id given, newest first. */
export async function listEnterprises(
  sql: Sql,
  filters: { fund: string | null; q: string | null },
  beforeId: string | null,
  limit: number,
): Promise<EnterpriseRow[]> {
  const part = filters.q === null ? null : inEitherScript(filters.q);
  const code = filters.q === null ? null : filters.q.replaceAll('-', '').toUpperCase();
  return sql.rows<EnterpriseRow>(LIST, [filters.fund, part, code, beforeId, limit]);
}

const FIND: Statement = {
  name: 'parties.find-enterprise',
  text: `SELECT ${COLUMNS} FROM enterprise e JOIN fund f ON f.id = e.fund_id WHERE e.id = $1`,
};

/** The enterprise with this id. */
export async function findEnterprise(sql: Sql, id: string): Promise<EnterpriseRow | null> {
  return (await sql.rows<EnterpriseRow>(FIND, [id]))[0] ?? null;
}

const TOTALS: Statement = {
  name: 'parties.enterprise-award-totals',
  text: `SELECT count(*) AS count,
                coalesce(sum(a.awarded_fen), 0)::bigint AS awarded, coalesce(sum(a.reserved_fen), 0)::bigint AS reserved,
                coalesce(sum(a.committed_fen), 0)::bigint AS committed, coalesce(sum(a.disbursed_fen), 0)::bigint AS disbursed,
                coalesce(sum(a.released_fen), 0)::bigint AS released, coalesce(sum(a.recovered_fen), 0)::bigint AS recovered
           FROM award a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE a.fund_id = (SELECT id FROM fund WHERE code = $1) AND a.enterprise_id = $2
            AND ($3::text IS NULL OR $3 = ANY (l.lead_agencies))`,
};

/** Totals of the enterprise's awards; with an agency, only those of lines that it leads. */
export async function awardTotals(sql: Sql, fund: string, enterpriseId: string, agency: string | null): Promise<AwardTotalsRow> {
  const [row] = await sql.rows<AwardTotalsRow>(TOTALS, [fund, enterpriseId, agency]);
  if (row === undefined) throw new Error('An aggregate answers one row');
  return row;
}
