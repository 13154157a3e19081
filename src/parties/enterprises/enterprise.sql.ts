import type { Sql, Statement } from '../../platform/database/database.js';

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

const TOTALS: Statement = {
  name: 'parties.enterprise-award-totals',
  text: `SELECT count(*) AS count,
                coalesce(sum(a.awarded_fen), 0)::bigint AS awarded, coalesce(sum(a.reserved_fen), 0)::bigint AS reserved,
                coalesce(sum(a.committed_fen), 0)::bigint AS committed, coalesce(sum(a.disbursed_fen), 0)::bigint AS disbursed,
                coalesce(sum(a.released_fen), 0)::bigint AS released, coalesce(sum(a.recovered_fen), 0)::bigint AS recovered
           FROM award a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE a.fund_id = $1 AND a.enterprise_id = $2
            AND ($3::text[] IS NULL OR l.lead_agencies && $3)`,
};

/** Totals of the enterprise's awards; with agencies, only those of lines that they lead. */
export async function awardTotals(
  sql: Sql,
  fundId: number,
  enterpriseId: string,
  agencies: readonly string[] | null,
): Promise<AwardTotalsRow> {
  const [row] = await sql.rows<AwardTotalsRow>(TOTALS, [fundId, enterpriseId, agencies]);
  if (row === undefined) throw new Error('An aggregate answers one row');
  return row;
}

const ALIASES: Statement = {
  name: 'parties.enterprise-aliases',
  text: 'SELECT kind, value FROM enterprise_alias WHERE fund_id = $1 AND enterprise_id = $2 ORDER BY entry_id, kind',
};

/** Under what else an enterprise was named. */
export async function otherNames(
  sql: Sql,
  fundId: number,
  id: string,
): Promise<{ otherNames: string[]; otherCreditCodes: string[] }> {
  const rows = await sql.rows<{ kind: 'name' | 'credit-code'; value: string }>(ALIASES, [fundId, id]);
  const of = (kind: string): string[] => rows.filter((row) => row.kind === kind).map(({ value }) => value);
  return { otherNames: of('name'), otherCreditCodes: of('credit-code') };
}
