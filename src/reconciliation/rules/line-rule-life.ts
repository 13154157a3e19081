import { formatYuan, type Fen } from '../../kernel/index.js';
import { uniqueFactKeys, type FactRule } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { sha256 } from '../../platform/digest.js';
import type { LineScope, RulePeriod } from './line-check.js';
import { fingerprint, NAMED_AWARDS_LIMIT, type Suspicion } from './rule.js';

/** Awards that count over the fund's life: live, or once paid. All released and nothing ever paid counts no more (domain §5). */
const COUNTS = '(a.live OR a.ever_paid)';
/** What an award still comes to. */
const NET = 'a.awarded_fen - a.released_fen - a.recovered_fen';

/** The enterprise of award `a`, or the one that this was merged into; with `MERGED` behind the award. */
const ROOT = 'coalesce(merged.root_id, a.enterprise_id)';
const MERGED =
  'LEFT JOIN (SELECT id, root_id FROM enterprise WHERE fund_id = $1 AND root_id IS NOT NULL) merged ON merged.id = a.enterprise_id';

/** Awards of one line that belong together. */
interface Group {
  readonly key: string;
  /** Latest fiscal year: the finding is filed under it. */
  readonly fiscalYear: number;
  readonly firstYear: number;
  readonly awardIds: readonly string[];
  /** All but the first that were reserved while the rule said so. */
  readonly holds: readonly string[];
  /** What these come to. */
  readonly beyondFirst: Fen;
}

/** Award `a` was reserved in one of the periods whose days are given: from, and until before. */
const during = (from: string, before: string): string =>
  `EXISTS (SELECT FROM unnest(${from}::date[], ${before}::date[]) AS p (first, beyond) WHERE a.effective_on >= p.first AND a.effective_on < p.beyond)`;

/** Over rows of `a` with its turn (1: the first approved) and whether it is `ruled`. */
const GROUP_COLUMNS = `
           max(a.fiscal_year) AS "fiscalYear", min(a.fiscal_year) AS "firstYear",
           (array_agg(a.id ORDER BY a.turn))[1:${NAMED_AWARDS_LIMIT}] AS "awardIds",
           (array_agg(a.id ORDER BY a.turn) FILTER (WHERE a.turn > 1 AND a.ruled))[1:${NAMED_AWARDS_LIMIT}] AS holds,
           (sum(a.net) FILTER (WHERE a.turn > 1 AND a.ruled))::bigint AS "beyondFirst"`;

const ENTERPRISES_TWICE: Statement = {
  name: 'reconciliation.enterprises-twice',
  text: `
    SELECT a.enterprise_id::text AS key, ${GROUP_COLUMNS}
      FROM (SELECT a.id, ${ROOT} AS enterprise_id, a.fiscal_year, ${NET} AS net, ${during('$4', '$5')} AS ruled,
                   row_number() OVER (PARTITION BY ${ROOT} ORDER BY a.approved_on, a.id) AS turn
              FROM award a ${MERGED}
             WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = ANY ($3::integer[]) AND ${COUNTS}) a
     GROUP BY a.enterprise_id
    HAVING bool_or(a.turn > 1 AND a.ruled)
     ORDER BY a.enterprise_id`,
};

/** Enterprises with more than one award of a line that is given once in the fund's life. */
export async function oncePerEnterprise(sql: Sql, { fundId, line, allYears }: LineScope): Promise<readonly Suspicion[]> {
  const periods = line.periods.filter(({ rule }) => rule.oncePerEnterprise === true);
  if (periods.length === 0) return [];
  const groups = await sql.rows<Group>(ENTERPRISES_TWICE, [fundId, line.id, allYears, ...daysOf(periods)]);
  return groups.map((group) =>
    suspicion(group, {
      subject: `line:${line.code}:life:once:${group.key}`,
      lineId: line.id,
      evidence: { rule: 'once-per-enterprise', enterprise: group.key },
    }),
  );
}

const PERSONS_TOO_LONG: Statement = {
  name: 'reconciliation.persons-too-long',
  text: `
    SELECT a.person_id::text AS key, ${GROUP_COLUMNS}
      FROM (SELECT a.id, a.person_id, a.fiscal_year, ${NET} AS net, ${during('$5', '$6')} AS ruled,
                   row_number() OVER (PARTITION BY a.person_id ORDER BY a.approved_on, a.id) AS turn
              FROM award a
             WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = ANY ($3::integer[]) AND a.person_id IS NOT NULL AND ${COUNTS}) a
     GROUP BY a.person_id
    HAVING max(a.fiscal_year) - min(a.fiscal_year) >= $4::integer AND bool_or(a.turn > 1 AND a.ruled)
     ORDER BY a.person_id`,
};

/** Persons rewarded in years that do not lie within as many consecutive ones as the line allows (§二(四)2). */
export async function consecutiveYears(sql: Sql, { fundId, line, allYears }: LineScope): Promise<readonly Suspicion[]> {
  const found: Suspicion[] = [];
  for (const period of line.periods) {
    const { maxConsecutiveYears: most } = period.rule;
    if (most === undefined) continue;
    const groups = await sql.rows<Group>(PERSONS_TOO_LONG, [fundId, line.id, allYears, most, ...daysOf([period])]);
    for (const group of groups) {
      const years = { maxConsecutiveYears: most, from: group.firstYear, to: group.fiscalYear };
      found.push(
        suspicion(group, {
          subject: `line:${line.code}:life:consecutive:${group.key}`,
          lineId: line.id,
          evidence: { rule: 'consecutive-years', person: group.key, ...years },
        }),
      );
    }
  }
  return joined(found);
}

function daysOf(periods: readonly RulePeriod[]): readonly [readonly string[], readonly string[]] {
  return [periods.map(({ from }) => from), periods.map(({ before }) => before)];
}

/** Of one subject that several rules found, the last, with the awards that any of them holds. */
function joined(found: readonly Suspicion[]): readonly Suspicion[] {
  const bySubject = new Map<string, Suspicion>();
  for (const one of found) {
    const holds = [...new Set([...(bySubject.get(one.subject)?.holds ?? []), ...(one.holds ?? [])])];
    bySubject.set(one.subject, { ...one, holds });
  }
  return [...bySubject.values()];
}

/** Awards of which the fact is asked for: where it has a condition, $5 and $6 are the other fact and its values. */
const asked = (award: string): string => `($5::text IS NULL OR ${award}.facts ->> $5 = ANY ($6::text[]))`;
/**
 * The value of fact $4 without signs and spaces: the ledger drops these, and a little less. What falls together by it is compared by
 * the ledger's own key.
 */
const folded = (award: string): string =>
  `upper(regexp_replace(normalize(${award}.facts ->> $4, NFKC), '[^[:alnum:]]', '', 'g'))`;

const FACTS_TWICE: Statement = {
  name: 'reconciliation.facts-twice',
  text: `
    SELECT a.id, a.fiscal_year AS "fiscalYear", ${NET} AS net, a.facts -> $4 AS value, a.facts -> $5 AS condition, ${during('$7', '$8')} AS ruled
      FROM award a
     WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = ANY ($3::integer[]) AND ${COUNTS} AND ${asked('a')}
       AND ${folded('a')} IN (
             SELECT ${folded('b')} AS folded
               FROM award b
              WHERE b.fund_id = $1 AND b.line_id = $2 AND b.fiscal_year = ANY ($3::integer[]) AND (b.live OR b.ever_paid) AND ${asked('b')}
                AND b.facts ->> $4 IS NOT NULL
              GROUP BY folded
             HAVING count(*) > 1)
     ORDER BY a.approved_on, a.id`,
};

interface FactUse {
  readonly id: string;
  readonly fiscalYear: number;
  readonly net: Fen;
  readonly value: unknown;
  readonly condition: unknown;
  readonly ruled: boolean;
}

/** Values of a unique fact (a certificate, a listing) that more than one award of the line claims. */
export async function uniqueFacts(sql: Sql, { fundId, line, allYears }: LineScope): Promise<readonly Suspicion[]> {
  const found: Suspicion[] = [];
  for (const period of line.periods) {
    for (const fact of period.rule.facts.filter(({ name }) => period.rule.uniqueFacts?.includes(name) === true)) {
      for (const one of await usedTwice(sql, { fundId, line, allYears, period, fact })) found.push(one);
    }
  }
  return joined(found);
}

async function usedTwice(
  sql: Sql,
  of: Pick<LineScope, 'fundId' | 'line' | 'allYears'> & { readonly period: RulePeriod; readonly fact: FactRule },
): Promise<readonly Suspicion[]> {
  const { fundId, line, allYears, period } = of;
  const { name, when } = of.fact;
  const condition = when === undefined ? [null, null] : [when.fact, [when.equals].flat().map(String)];
  const values = [fundId, line.id, allYears, name, ...condition, ...daysOf([period])];
  const byKey = new Map<string, FactUse[]>();
  for (const use of await sql.rows<FactUse>(FACTS_TWICE, values)) {
    const facts = { ...(when === undefined ? {} : { [when.fact]: use.condition }), [name]: use.value };
    const key = uniqueFactKeys(period.rule, facts, sha256).find((one) => one.name === name)?.key;
    if (key === undefined) continue;
    const uses = byKey.get(key);
    if (uses === undefined) byKey.set(key, [use]);
    else uses.push(use);
  }
  return [...byKey].flatMap(([key, uses]): Suspicion[] => {
    const beyond = uses.slice(1).filter(({ ruled }) => ruled);
    if (beyond.length === 0) return [];
    const group = {
      key,
      fiscalYear: Math.max(...uses.map((use) => use.fiscalYear)),
      firstYear: Math.min(...uses.map((use) => use.fiscalYear)),
      awardIds: uses.slice(0, NAMED_AWARDS_LIMIT).map((use) => use.id),
      holds: beyond.slice(0, NAMED_AWARDS_LIMIT).map((use) => use.id),
      beyondFirst: beyond.reduce((sum, use) => sum + use.net, 0n),
    };
    const evidence = { rule: 'unique-fact', fact: name, value: uses[0]?.value ?? null };
    return [suspicion(group, { subject: `line:${line.code}:life:unique:${fingerprint(key)}`, lineId: line.id, evidence })];
  });
}

const ENTERPRISES: Statement = {
  name: 'reconciliation.enterprises-of-line',
  text: `
    WITH enterprise_first AS (
      SELECT DISTINCT ON (${ROOT}) ${ROOT} AS enterprise_id, a.approved_on, a.id, a.fiscal_year
        FROM award a ${MERGED}
       WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = ANY ($3::integer[]) AND ${COUNTS}
       ORDER BY ${ROOT}, a.approved_on, a.id
    ), beyond AS (
      SELECT * FROM enterprise_first ORDER BY approved_on, id OFFSET $4::integer
    )
    SELECT (SELECT count(*)::integer FROM enterprise_first) AS enterprises,
           max(b.fiscal_year) AS "fiscalYear",
           (array_agg(b.id ORDER BY b.approved_on, b.id))[1:${NAMED_AWARDS_LIMIT}] AS "awardIds",
           sum((SELECT sum(${NET}) FROM award a ${MERGED}
                 WHERE a.fund_id = $1 AND a.line_id = $2 AND ${ROOT} = b.enterprise_id AND ${COUNTS}))::bigint AS amount
      FROM beyond b
    HAVING count(*) > 0`,
};

/** More enterprises over the fund's life than the line's quota: one warning for the line. */
export async function quota(sql: Sql, { fundId, line, allYears }: LineScope): Promise<readonly Suspicion[]> {
  const most = line.rule.quota;
  if (most === undefined) return [];
  const rows = await sql.rows<{ enterprises: number; fiscalYear: number; awardIds: string[]; amount: Fen }>(ENTERPRISES, [
    fundId,
    line.id,
    allYears,
    most,
  ]);
  return rows.map((row) => ({
    subject: `line:${line.code}:quota`,
    severity: 'warning',
    fiscalYear: row.fiscalYear,
    lineId: line.id,
    awardIds: row.awardIds,
    amountFen: row.amount,
    evidence: { rule: 'quota', quota: most, enterprises: row.enterprises },
    fingerprint: fingerprint([most, row.enterprises]),
  }));
}

function suspicion(group: Group, about: { subject: string; lineId: number; evidence: Record<string, unknown> }): Suspicion {
  return {
    ...about,
    severity: 'error',
    fiscalYear: group.fiscalYear,
    awardIds: group.awardIds,
    // The first that was approved is in order.
    holds: group.holds,
    amountFen: group.beyondFirst,
    evidence: { ...about.evidence, beyondFirst: formatYuan(group.beyondFirst) },
    fingerprint: fingerprint([...group.awardIds].sort()),
  };
}
