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
          WHERE a.fund_id = $1 AND a.enterprise_id IN (SELECT $2::uuid UNION ALL SELECT id FROM enterprise WHERE fund_id = $1 AND root_id = $2)
            AND ($3::text[] IS NULL OR l.lead_agencies && $3)`,
};

/** Totals of the awards of an enterprise and of all that were merged into it; with agencies, only those of lines that they lead. */
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
  text: 'SELECT kind, value FROM enterprise_alias WHERE fund_id = $1 AND enterprise_id = $2 ORDER BY recorded_at, entry_id, kind',
};

/** Under what else an enterprise was named. */
export async function otherNames(
  sql: Sql,
  fundId: number,
  id: string,
): Promise<{ otherNames: string[]; otherCreditCodes: string[]; formerNames: string[] }> {
  const rows = await sql.rows<{ kind: 'name' | 'credit-code' | 'former-name'; value: string }>(ALIASES, [fundId, id]);
  const of = (kind: string): string[] => rows.filter((row) => row.kind === kind).map(({ value }) => value);
  return { otherNames: of('name'), otherCreditCodes: of('credit-code'), formerNames: of('former-name') };
}

/** An enterprise as another one names it. */
export interface NamedEnterprise {
  readonly id: string;
  readonly name: string;
  readonly organizationCode: string;
}

const MERGED: Statement = {
  name: 'parties.merged-enterprises',
  text: `SELECT id, name, organization_code AS "organizationCode" FROM enterprise
          WHERE fund_id = $1 AND root_id = coalesce((SELECT root_id FROM enterprise WHERE fund_id = $1 AND id = $2), $2) AND merged_into = $2
          ORDER BY id`,
};
const NAMED: Statement = {
  name: 'parties.named-enterprise',
  text: 'SELECT id, name, organization_code AS "organizationCode" FROM enterprise WHERE fund_id = $1 AND id = $2',
};

/** Whom the enterprise was merged into, and who was merged into it. */
export async function mergers(
  sql: Sql,
  enterprise: { readonly fundId: number; readonly id: string; readonly mergedInto: string | null },
): Promise<{ mergedInto: NamedEnterprise | null; merged: NamedEnterprise[] }> {
  const { fundId, id, mergedInto } = enterprise;
  const merged = await sql.rows<NamedEnterprise>(MERGED, [fundId, id]);
  const [into] = mergedInto === null ? [] : await sql.rows<NamedEnterprise>(NAMED, [fundId, mergedInto]);
  return { mergedInto: into ?? null, merged };
}

/** $1 enterprise: in which fund it is. */
const FUND_OF: Statement = {
  name: 'parties.fund-of-enterprise',
  text: 'SELECT f.code AS fund FROM fund f JOIN enterprise e ON e.fund_id = f.id AND e.id = $1',
};

/** Code of the fund that an enterprise is in; null: there is no such enterprise. */
export async function fundOf(sql: Sql, id: string): Promise<string | null> {
  const [row] = await sql.rows<{ fund: string }>(FUND_OF, [id]);
  return row?.fund ?? null;
}

/** $1 fund or null. */
const FUND_IDS: Statement = {
  name: 'parties.fund-ids',
  text: 'SELECT id FROM fund WHERE $1::text IS NULL OR code = $1 ORDER BY id',
};

/** Ids of the fund of this code, or of all. */
export async function fundIds(sql: Sql, code: string | null): Promise<number[]> {
  return (await sql.rows<{ id: number }>(FUND_IDS, [code])).map(({ id }) => id);
}
