import type { Fen } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';

/** An award of a group. */
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

/** All that was awarded to one project in one year, or on lines that pay persons to one person, the strongest award first (domain §5). */
export interface SubsidyGroup {
  readonly kind: 'person' | 'project';
  /** The person, or the project. */
  readonly id: string;
  readonly fiscalYear: number;
  /** Of the strongest award: a person has one at each enterprise. */
  readonly project: { readonly id: string; readonly title: string };
  readonly enterprise: { readonly id: string; readonly name: string; readonly organizationCode: string };
  /** null: a project of an enterprise. `identityNumber` is masked. */
  readonly person: { readonly name: string; readonly identityNumber: string } | null;
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

const OF_A_PERSON = `p.key LIKE 'person:%'`;
const STRONGEST_FIRST = 'm.disbursed_fen > 0 DESC, m.awarded_fen DESC, m.approved_on, m.id';

/**
 * Groups with more than one live award, or with an award on hold. Live awards that are not on hold stand, and stand in the index
 * award_one_subsidy (a person's by a claim); those on hold are in award_on_hold: index and claim let at most one of a group stand, so
 * that a second live one is on hold. A thorough run ($4) counts the standing ones as well, should either be lost. Parties are looked up
 * LATERAL, each by its whole key: for a database never analysed a join reads all of the fund for each group (seen: 20 s for 500).
 */
const GROUPS: Statement = {
  name: 'reconciliation.subsidy-groups',
  text: `
    WITH candidate AS (
      SELECT CASE WHEN ${OF_A_PERSON} THEN 'person' ELSE 'project' END AS kind,
             CASE WHEN ${OF_A_PERSON} THEN a.person_id ELSE a.project_id END AS id, a.fiscal_year
        FROM award a CROSS JOIN LATERAL (SELECT key FROM project WHERE fund_id = a.fund_id AND id = a.project_id LIMIT 1) p
       WHERE a.fund_id = $1 AND a.on_hold AND ($2::integer IS NULL OR a.fiscal_year = $2)
       UNION
      SELECT 'project', twice.project_id, twice.fiscal_year
        FROM (SELECT project_id, fiscal_year
                FROM award
               WHERE $4 AND fund_id = $1 AND standing AND ($2::integer IS NULL OR fiscal_year = $2)
               GROUP BY project_id, fiscal_year
              HAVING count(*) > 1) twice
        JOIN project p ON p.fund_id = $1 AND p.id = twice.project_id AND NOT ${OF_A_PERSON}
       UNION
      SELECT 'person', a.person_id, a.fiscal_year
        FROM award a JOIN project p ON p.fund_id = a.fund_id AND p.id = a.project_id AND ${OF_A_PERSON}
       WHERE $4 AND a.fund_id = $1 AND a.person_id IS NOT NULL AND a.standing AND ($2::integer IS NULL OR a.fiscal_year = $2)
       GROUP BY a.person_id, a.fiscal_year
      HAVING count(*) > 1
    ), page AS (
      SELECT kind, id AS group_id, fiscal_year FROM candidate WHERE (kind, id, fiscal_year) > ($6, $3::uuid, $5::integer)
       ORDER BY kind, id, fiscal_year LIMIT ${PAGE}
    ), member AS (
      SELECT g.kind, g.group_id, a.* FROM page g JOIN award a ON a.fund_id = $1 AND a.project_id = g.group_id AND a.fiscal_year = g.fiscal_year AND a.standing
       UNION ALL
      SELECT g.kind, g.group_id, a.* FROM page g JOIN award a ON a.fund_id = $1 AND a.fiscal_year = g.fiscal_year AND a.project_id = g.group_id AND a.on_hold
       UNION ALL
      SELECT g.kind, g.group_id, a.*
        FROM page g
        JOIN award a ON a.fund_id = $1 AND a.person_id = g.group_id AND a.fiscal_year = g.fiscal_year AND (a.standing OR a.on_hold)
        JOIN project p ON p.fund_id = a.fund_id AND p.id = a.project_id AND ${OF_A_PERSON}
    ), judged AS (
      SELECT m.kind, m.group_id, m.fiscal_year, (array_agg(m.project_id ORDER BY ${STRONGEST_FIRST}))[1] AS project_id,
             jsonb_agg(jsonb_build_object('id', m.id, 'number', m.number, 'line', l.code, 'lineId', l.id, 'awardedFen', m.awarded_fen::text,
                         'heldFen', (m.reserved_fen + m.committed_fen + m.disbursed_fen)::text, 'onHold', m.on_hold, 'live', m.live)
                       ORDER BY ${STRONGEST_FIRST}) AS members
        FROM member m JOIN programme_line l ON l.fund_id = m.fund_id AND l.id = m.line_id
       GROUP BY m.kind, m.group_id, m.fiscal_year
    )
    SELECT j.kind, j.group_id AS id, j.fiscal_year AS "fiscalYear", j.members,
           jsonb_build_object('id', p.id, 'title', p.title) AS project,
           jsonb_build_object('id', e.id, 'name', e.name, 'organizationCode', e.organization_code) AS enterprise,
           CASE WHEN n.id IS NOT NULL THEN jsonb_build_object('name', n.name, 'identityNumber', n.identity_masked) END AS person
      FROM judged j
     CROSS JOIN LATERAL (SELECT id, title, enterprise_id FROM project WHERE fund_id = $1 AND id = j.project_id LIMIT 1) p
     CROSS JOIN LATERAL (SELECT id, name, organization_code FROM enterprise WHERE fund_id = $1 AND id = p.enterprise_id LIMIT 1) e
      LEFT JOIN LATERAL (SELECT id, name, identity_masked FROM person WHERE fund_id = $1 AND id = j.group_id LIMIT 1) n ON true
     ORDER BY j.kind, j.group_id, j.fiscal_year`,
};

/** Every group, a page at a time, in the order of kind, id and year. `full`: counts the standing awards of every project and person as well. */
export async function* subsidyGroups(
  sql: Sql,
  fundId: number,
  fiscalYear: number | null,
  full: boolean,
): AsyncGenerator<readonly SubsidyGroup[]> {
  let after: Pick<SubsidyGroup, 'kind' | 'id' | 'fiscalYear'> = {
    kind: 'person',
    id: '00000000-0000-0000-0000-000000000000',
    fiscalYear: 0,
  };
  for (;;) {
    const rows = await sql.rows<GroupRow>(GROUPS, [fundId, fiscalYear, after.id, full, after.fiscalYear, after.kind]);
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
