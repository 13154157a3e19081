import type { Fen } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';

/** An award of a project and year. */
export interface GroupMember {
  readonly id: string;
  readonly number: string;
  readonly line: string;
  readonly lineId: number;
  readonly awardedFen: Fen;
  /** Open reservation + open commitment + net disbursed. */
  readonly heldFen: Fen;
  readonly onHold: boolean;
  readonly live: boolean;
}

/** All that was awarded to one project in one year, the strongest award first (domain §5). */
export interface SubsidyGroup {
  readonly projectId: string;
  readonly fiscalYear: number;
  readonly project: { readonly id: string; readonly title: string };
  readonly enterprise: { readonly id: string; readonly name: string; readonly organizationCode: string };
  readonly members: readonly GroupMember[];
}

/** Groups read at once. */
const PAGE = 500;

/** `bigint` goes through JSON as text, so that no float is met. */
interface GroupRow extends Omit<SubsidyGroup, 'members'> {
  readonly members: readonly (Omit<GroupMember, 'awardedFen' | 'heldFen'> & {
    readonly awardedFen: string;
    readonly heldFen: string;
  })[];
}

/**
 * Groups with more than one live award, or with an award on hold. Live awards that are not on hold stand, and stand in the index
 * award_one_subsidy; those on hold are in award_on_hold: that index lets at most one of a group stand, so that a second live one is
 * on hold. A thorough run ($4) counts the standing ones as well, should the index be lost.
 */
const GROUPS: Statement = {
  name: 'reconciliation.subsidy-groups',
  text: `
    WITH candidate AS (
      SELECT project_id, fiscal_year
        FROM award
       WHERE fund_id = $1 AND on_hold AND ($2::integer IS NULL OR fiscal_year = $2)
       UNION
      SELECT project_id, fiscal_year
        FROM award
       WHERE $4 AND fund_id = $1 AND standing AND ($2::integer IS NULL OR fiscal_year = $2)
       GROUP BY project_id, fiscal_year
      HAVING count(*) > 1
    ), page AS (
      SELECT project_id, fiscal_year FROM candidate WHERE (project_id, fiscal_year) > ($3::uuid, $5::integer)
       ORDER BY project_id, fiscal_year LIMIT ${PAGE}
    ), member AS (
      SELECT a.* FROM page p JOIN award a ON a.fund_id = $1 AND a.project_id = p.project_id AND a.fiscal_year = p.fiscal_year AND a.standing
       UNION ALL
      SELECT a.* FROM page p JOIN award a ON a.fund_id = $1 AND a.fiscal_year = p.fiscal_year AND a.project_id = p.project_id AND a.on_hold
    )
    SELECT m.project_id AS "projectId", m.fiscal_year AS "fiscalYear",
           jsonb_build_object('id', p.id, 'title', p.title) AS project,
           jsonb_build_object('id', e.id, 'name', e.name, 'organizationCode', e.organization_code) AS enterprise,
           jsonb_agg(jsonb_build_object('id', m.id, 'number', m.number, 'line', l.code, 'lineId', l.id, 'awardedFen', m.awarded_fen::text,
                       'heldFen', (m.reserved_fen + m.committed_fen + m.disbursed_fen)::text, 'onHold', m.on_hold, 'live', m.live)
                     ORDER BY m.disbursed_fen > 0 DESC, m.awarded_fen DESC, m.approved_on, m.id) AS members
      FROM member m
      JOIN programme_line l ON l.fund_id = m.fund_id AND l.id = m.line_id
      JOIN project p ON p.fund_id = m.fund_id AND p.id = m.project_id
      JOIN enterprise e ON e.fund_id = p.fund_id AND e.id = p.enterprise_id
     GROUP BY m.project_id, m.fiscal_year, p.id, p.title, e.id, e.name, e.organization_code
     ORDER BY m.project_id, m.fiscal_year`,
};

/** Every group, a page at a time. `full`: counts the standing awards of every project as well. */
export async function* subsidyGroups(
  sql: Sql,
  fundId: number,
  fiscalYear: number | null,
  full: boolean,
): AsyncGenerator<readonly SubsidyGroup[]> {
  let after: { projectId: string; fiscalYear: number } = { projectId: '00000000-0000-0000-0000-000000000000', fiscalYear: 0 };
  for (;;) {
    const rows = await sql.rows<GroupRow>(GROUPS, [fundId, fiscalYear, after.projectId, full, after.fiscalYear]);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ members, ...group }) => ({
      ...group,
      members: members.map((member) => ({ ...member, awardedFen: BigInt(member.awardedFen), heldFen: BigInt(member.heldFen) })),
    }));
    if (rows.length < PAGE) return;
    after = last;
  }
}

const KEPT: Statement = {
  name: 'reconciliation.kept-by-settlement',
  text: `
    SELECT DISTINCT ON (subject) subject, award_ids AS "awardIds"
      FROM finding
     WHERE fund_id = $1 AND rule = 'one-subsidy' AND resolution = 'keep' AND subject = ANY ($2::text[])
     ORDER BY subject, resolved_at DESC`,
};

/** Awards among which finance settled which one is kept, by subject: the latest settlement. */
export async function keepSettlements(
  sql: Sql,
  fundId: number,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await sql.rows<{ subject: string; awardIds: string[] }>(KEPT, [fundId, subjects]);
  return new Map(rows.map((row) => [row.subject, row.awardIds]));
}

const COUNT_AWARDS: Statement = {
  name: 'reconciliation.count-awards',
  text: 'SELECT count(*)::integer AS checked FROM award WHERE fund_id = $1 AND ($2::integer IS NULL OR fiscal_year = $2)',
};

/** Awards of the year. */
export async function countAwards(sql: Sql, fundId: number, fiscalYear: number | null): Promise<number> {
  const [row] = await sql.rows<{ checked: number }>(COUNT_AWARDS, [fundId, fiscalYear]);
  return row?.checked ?? 0;
}
