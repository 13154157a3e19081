import type { Fen } from '../../kernel/index.js';
import { pairOf, type Contender } from '../../ledger/index.js';
import { integers, rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';

/** A live award, as one-subsidy looks at it. */
export interface SubsidyAward extends Contender {
  readonly number: string;
  readonly line: string;
  readonly lineId: number;
  readonly fiscalYear: number;
  readonly enterpriseId: string;
  readonly enterpriseName: string;
  readonly organizationCode: string;
  readonly projectTitle: string;
  readonly personId: string | null;
  readonly personName: string | null;
  /** masked */
  readonly identityNumber: string | null;
  /** Open reservation + open commitment + net disbursed, fen. */
  readonly heldFen: Fen;
  readonly onHold: boolean;
}

/** An enterprise's awards of a year, with those of all that were merged into it. */
interface EnterpriseYear {
  readonly enterpriseId: string;
  readonly fiscalYear: number;
}

/** Enterprises and years read at once. */
const PAGE = 500;
/** Times that awards are looked for behind persons who have some at another enterprise. */
const ROUNDS = 8;

/**
 * Enterprises and years in which an award is on hold, or one claims a key behind another ($1 fund, $2 year or null, $3 and $4 the last one
 * read). Claims let at most one award stand per key, but for pairs that are different; a thorough run ($5) counts the keys of all live
 * awards as well, should claims be lost.
 */
const CANDIDATES: Statement = {
  name: 'reconciliation.subsidy-candidates',
  text: `
    WITH merged AS (SELECT id, root_id FROM enterprise WHERE fund_id = $1 AND root_id IS NOT NULL),
    of_award AS (
      SELECT enterprise_id, fiscal_year FROM award WHERE fund_id = $1 AND on_hold AND ($2::integer IS NULL OR fiscal_year = $2)
       UNION
      SELECT a.enterprise_id, a.fiscal_year
        FROM claim c CROSS JOIN LATERAL (SELECT enterprise_id, fiscal_year FROM award WHERE fund_id = $1 AND id = c.award_id LIMIT 1) a
       WHERE c.fund_id = $1 AND c.kind = 'project-year' AND c.place > 0 AND ($2::integer IS NULL OR a.fiscal_year = $2)
       UNION
      SELECT coalesce(m.root_id, a.enterprise_id), a.fiscal_year
        FROM award a LEFT JOIN merged m ON m.id = a.enterprise_id CROSS JOIN LATERAL unnest(a.keys) AS k (key)
       WHERE $5 AND a.fund_id = $1 AND a.live AND ($2::integer IS NULL OR a.fiscal_year = $2) AND k.key NOT LIKE 'person:%'
       GROUP BY coalesce(m.root_id, a.enterprise_id), a.fiscal_year, k.key
      HAVING count(*) > 1
       UNION
      SELECT unnest(array_agg(a.enterprise_id)), a.fiscal_year
        FROM award a
       WHERE $5 AND a.fund_id = $1 AND a.live AND a.person_id IS NOT NULL AND ($2::integer IS NULL OR a.fiscal_year = $2)
       GROUP BY a.person_id, a.fiscal_year
      HAVING count(*) > 1
    ), candidate AS (
      SELECT DISTINCT coalesce(m.root_id, o.enterprise_id) AS enterprise_id, o.fiscal_year
        FROM of_award o LEFT JOIN merged m ON m.id = o.enterprise_id
    )
    SELECT enterprise_id AS "enterpriseId", fiscal_year AS "fiscalYear" FROM candidate
     WHERE (enterprise_id, fiscal_year) > ($3::uuid, $4::integer) ORDER BY enterprise_id, fiscal_year LIMIT ${PAGE}`,
};

/** Looked up by key for each: on a database never analysed a join reads all of the fund for each (seen: 20 s for 500). */
const AWARDS: Statement = {
  name: 'reconciliation.subsidy-awards',
  plannedEachTime: true,
  text: `
    SELECT a.id AS "awardId", a.number, l.code AS line, a.line_id AS "lineId", a.fiscal_year AS "fiscalYear", a.enterprise_id AS "enterpriseId",
           e.name AS "enterpriseName", e.organization_code AS "organizationCode", CASE WHEN e.root_id IS NULL THEN e.organization_code ELSE root_code(e) END AS "rootCode", p.title AS "projectTitle", a.person_id AS "personId",
           n.name AS "personName", n.identity_masked AS "identityNumber", a.keys, a.kept, a.disbursed_fen AS disbursed,
           a.awarded_fen AS awarded, a.approved_on AS "approvedOn", a.on_hold AS "onHold",
           a.reserved_fen + a.committed_fen + a.disbursed_fen AS "heldFen"
      FROM unnest($2::uuid[], $3::integer[]) AS w (enterprise_id, fiscal_year)
     CROSS JOIN LATERAL (SELECT w.enterprise_id AS id UNION ALL SELECT id FROM enterprise WHERE fund_id = $1 AND root_id = w.enterprise_id) m
     CROSS JOIN LATERAL (SELECT * FROM award WHERE fund_id = $1 AND enterprise_id = m.id AND fiscal_year + 0 = w.fiscal_year AND live OFFSET 0) a
     CROSS JOIN LATERAL (SELECT code FROM programme_line WHERE fund_id = $1 AND id = a.line_id LIMIT 1) l
     CROSS JOIN LATERAL (SELECT * FROM enterprise WHERE fund_id = $1 AND id = a.enterprise_id LIMIT 1) e
     CROSS JOIN LATERAL (SELECT title FROM project WHERE fund_id = $1 AND id = a.project_id LIMIT 1) p
      LEFT JOIN LATERAL (SELECT name, identity_masked FROM person WHERE fund_id = $1 AND id = a.person_id LIMIT 1) n ON true`,
};

/** $1 fund, $2 persons, $3 years: at which enterprises they have live awards. */
const ENTERPRISES_OF_PERSONS: Statement = {
  name: 'reconciliation.enterprises-of-persons',
  plannedEachTime: true,
  text: `SELECT DISTINCT coalesce(e.root_id, a.enterprise_id) AS "enterpriseId", a.fiscal_year AS "fiscalYear"
           FROM unnest($2::uuid[], $3::integer[]) AS w (person_id, fiscal_year)
          CROSS JOIN LATERAL (SELECT enterprise_id, fiscal_year FROM award
                               WHERE fund_id = $1 AND person_id = w.person_id AND fiscal_year + 0 = w.fiscal_year AND live OFFSET 0) a
          CROSS JOIN LATERAL (SELECT root_id FROM enterprise WHERE fund_id = $1 AND id = a.enterprise_id LIMIT 1) e`,
};

/** $1 fund, $2 awards: pairs of which one is among them. */
const EXEMPT_PAIRS: Statement = {
  name: 'reconciliation.exempt-pairs',
  plannedEachTime: true,
  text: `SELECT p.award_a AS left, p.award_b AS right, p.keys FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT award_a, award_b, keys FROM exempt_pair WHERE fund_id = $1 AND award_a = w.id OFFSET 0) p`,
};

/** Awards that may meet, and the keys of which pairs are exempt. */
export interface SubsidyPage {
  readonly awards: readonly SubsidyAward[];
  /** By pairOf. */
  readonly exempt: ReadonlyMap<string, readonly string[]>;
}

/** Every enterprise and year with something to look at, with all its live awards, a page at a time. */
export async function* subsidyPages(
  sql: Sql,
  fundId: number,
  fiscalYear: number | null,
  thorough: boolean,
): AsyncGenerator<SubsidyPage> {
  let after: EnterpriseYear = { enterpriseId: '00000000-0000-0000-0000-000000000000', fiscalYear: 0 };
  for (;;) {
    const found = await sql.rows<EnterpriseYear>(CANDIDATES, [
      fundId,
      fiscalYear,
      after.enterpriseId,
      after.fiscalYear,
      thorough,
    ]);
    const last = found.at(-1);
    if (last === undefined) return;
    yield await pageOf(sql, fundId, found);
    if (found.length < PAGE) return;
    after = last;
  }
}

/** All live awards of these enterprises and years, and of others where the same persons have some. */
async function pageOf(sql: Sql, fundId: number, found: readonly EnterpriseYear[]): Promise<SubsidyPage> {
  const known = new Set<string>();
  const awards: SubsidyAward[] = [];
  let wanted = found;
  for (let round = 0; round < ROUNDS && wanted.length > 0; round += 1) {
    for (const one of wanted) known.add(keyOf(one));
    const read = await sql.rows<SubsidyAward>(AWARDS, [fundId, uuids(wanted, (one) => one.enterpriseId), years(wanted)]);
    awards.push(...read);
    const persons = read.filter((award) => award.personId !== null);
    const behind =
      persons.length === 0
        ? []
        : await sql.rows<EnterpriseYear>(ENTERPRISES_OF_PERSONS, [fundId, uuids(persons, (one) => one.personId), years(persons)]);
    wanted = behind.filter((one) => !known.has(keyOf(one)));
  }
  const ids = awards.map((award) => award.awardId);
  const pairs = await sql.rows<{ left: string; right: string; keys: string[] }>(EXEMPT_PAIRS, [fundId, uuids(ids, rowAsValue)]);
  const exempt = new Map<string, readonly string[]>();
  for (const { left, right, keys } of pairs)
    exempt.set(pairOf(left, right), [...(exempt.get(pairOf(left, right)) ?? []), ...keys]);
  return { awards, exempt };
}

function years(of: readonly { readonly fiscalYear: number }[]): Buffer {
  return integers(of, ({ fiscalYear }) => fiscalYear);
}

function keyOf({ enterpriseId, fiscalYear }: EnterpriseYear): string {
  return `${enterpriseId}|${fiscalYear}`;
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
