import { formatYuan, type Fen } from '../../kernel/index.js';
import { brokenRule } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { fen, mayBreak } from './line-rule-predicate.js';
import type { LineScope, RulePeriod } from './line-check.js';
import { fingerprint, NAMED_AWARDS_LIMIT, type Suspicion } from './rule.js';

interface Candidate {
  readonly id: string;
  readonly number: string;
  readonly awarded: Fen;
  /** awarded − released − recovered */
  readonly net: Fen;
  readonly facts: Record<string, unknown>;
}

/** Candidates read at once. */
const PAGE = 500;

/**
 * The line's live awards of a year, reserved while a rule held, that may break it; most often there are none, which all processors count
 * together.
 */
function candidates(predicate: string): { readonly count: string; readonly page: string } {
  const from = `FROM award a WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = $3 AND a.live
                               AND a.effective_on >= $4::date AND a.effective_on < $5::date AND ${predicate}`;
  return {
    count: `SELECT count(*)::integer AS found ${from}`,
    page: `
    SELECT a.id, a.number, a.awarded_fen AS awarded, a.awarded_fen - a.released_fen - a.recovered_fen AS net, a.facts
      ${from} AND a.id > $6
     ORDER BY a.id
     LIMIT ${PAGE}`,
  };
}

/** Live awards whose amount or facts break the rule of the day of their reservation, one finding each. */
export async function brokenAwards(sql: Sql, scope: LineScope): Promise<readonly Suspicion[]> {
  const found: Suspicion[] = [];
  for (const period of scope.line.periods) for (const one of await brokenIn(sql, scope, period)) found.push(one);
  return found;
}

async function brokenIn(sql: Sql, { fundId, line, years }: LineScope, period: RulePeriod): Promise<readonly Suspicion[]> {
  const { rule, from, before } = period;
  const inCount = mayBreak(rule, 6);
  const inPage = mayBreak(rule, 7);
  if (inCount === null || inPage === null) return [];
  const counting = candidates(inCount.text).count;
  const paging = candidates(inPage.text).page;
  const found: Suspicion[] = [];
  for (const fiscalYear of years.filter((year) => overlaps(period, year))) {
    const within = [fundId, line.id, fiscalYear, from, before];
    const [count] = await sql.rows<{ found: number }>(counting, [...within, ...inCount.values]);
    if (count?.found === 0) continue;
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const page = await sql.rows<Candidate>(paging, [...within, after, ...inPage.values]);
      for (const award of page) {
        const problem = brokenRule(rule, award);
        if (problem === null) continue;
        found.push({
          subject: `award:${award.id}`,
          severity: 'error',
          fiscalYear,
          lineId: line.id,
          awardIds: [award.id],
          holds: [award.id],
          amountFen: award.net,
          evidence: {
            rule: problem.extras?.['rule'] ?? null,
            ruleVersion: period.number,
            awarded: formatYuan(award.awarded),
            faults: (problem.errors ?? []).map(({ pointer, detail }) => ({ pointer, zhHant: detail.zh, en: detail.en })),
          },
          fingerprint: fingerprint([rule, String(award.awarded), award.facts]),
        });
      }
      after = page.at(-1)?.id ?? after;
      if (page.length < PAGE) break;
    }
  }
  return found;
}

/** Whether reservations of the year lie in the period: they are dated within it (domain §3, Dates). */
function overlaps({ from, before }: RulePeriod, year: number): boolean {
  return (from === '-infinity' || from <= `${year}-12-31`) && (before === 'infinity' || before > `${year}-01-01`);
}

interface OverfullPool {
  readonly fiscalYear: number;
  readonly awarded: Fen;
  readonly awardIds: readonly string[];
  /** The newest, as many as the pool lacks money for. */
  readonly beyond: readonly string[];
}

/**
 * $1 fund, $2 line, $3 years, $4 the pool, $5 and $6 the days of the reservations that it limits. What was reserved before counts as well;
 * what came later is another rule's to say.
 */
const OVERFULL_POOLS: Statement = {
  name: 'reconciliation.overfull-pools',
  text: `
    SELECT o.*, (SELECT coalesce(array_agg(x.id), '{}')
                   FROM (SELECT b.id, coalesce(sum(b.awarded_fen - b.released_fen - b.recovered_fen)
                                               OVER (ORDER BY b.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
                           FROM award b WHERE b.fund_id = $1 AND b.line_id = $2 AND b.fiscal_year = o."fiscalYear" AND b.live
                                          AND b.effective_on >= $5::date AND b.effective_on < $6::date) x
                  WHERE x.newer < o.awarded - $4::bigint) AS beyond
      FROM (
    SELECT fiscal_year AS "fiscalYear", sum(awarded_fen - released_fen - recovered_fen)::bigint AS awarded,
           (SELECT coalesce(array_agg(last.id), '{}')
              FROM (SELECT id FROM award b
                     WHERE b.fund_id = $1 AND b.line_id = $2 AND b.fiscal_year = a.fiscal_year AND b.live
                       AND b.effective_on >= $5::date AND b.effective_on < $6::date
                     ORDER BY id DESC LIMIT ${NAMED_AWARDS_LIMIT}) last) AS "awardIds"
      FROM award a
     WHERE fund_id = $1 AND line_id = $2 AND fiscal_year = ANY ($3::integer[]) AND effective_on < $6::date
     GROUP BY fiscal_year
    HAVING sum(awarded_fen - released_fen - recovered_fen) > $4::bigint) o
     WHERE o."awardIds" <> '{}'
     ORDER BY o."fiscalYear"`,
};

/** Years in which the line's awards came to more than the annual pool of the day on which the last of them were reserved. */
export async function annualPool(sql: Sql, { fundId, line, years }: LineScope): Promise<readonly Suspicion[]> {
  const found = new Map<string, Suspicion>();
  for (const period of line.periods) {
    const { annualPool: limit } = period.rule;
    if (limit === undefined) continue;
    const pool = fen(limit);
    const within = years.filter((year) => overlaps(period, year));
    const rows = await sql.rows<OverfullPool>(OVERFULL_POOLS, [fundId, line.id, within, pool, period.from, period.before]);
    for (const row of rows) {
      const subject = `line:${line.code}:${row.fiscalYear}:pool`;
      // Of two rules of one year the later one tells, and holds whom either leaves out.
      const holds = [...(found.get(subject)?.holds ?? []), ...row.beyond];
      found.set(subject, {
        subject,
        severity: 'error',
        fiscalYear: row.fiscalYear,
        lineId: line.id,
        awardIds: row.awardIds,
        holds,
        amountFen: row.awarded - BigInt(pool),
        evidence: { rule: 'annual-pool', ruleVersion: period.number, pool: limit, awarded: formatYuan(row.awarded) },
        fingerprint: fingerprint([pool, String(row.awarded)]),
      });
    }
  }
  return [...found.values()];
}
