import { formatYuan, type Fen } from '../../kernel/index.js';
import { brokenRule } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { fen, mayBreak } from './line-rule-predicate.js';
import type { LineScope } from './line-check.js';
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

/** The line's live awards of a year that may break its rule; most often there are none, which all processors count together. */
function candidates(predicate: string): { readonly count: string; readonly page: string } {
  const from = `FROM award a WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = $3 AND a.live AND ${predicate}`;
  return {
    count: `SELECT count(*)::integer AS found ${from}`,
    page: `
    SELECT a.id, a.number, a.awarded_fen AS awarded, a.awarded_fen - a.released_fen - a.recovered_fen AS net, a.facts
      ${from} AND a.id > $4
     ORDER BY a.id
     LIMIT ${PAGE}`,
  };
}

/** Live awards whose amount or facts break the line's present rule, one finding each. */
export async function brokenAwards(sql: Sql, { fundId, line, years }: LineScope): Promise<readonly Suspicion[]> {
  const inCount = mayBreak(line.rule, 4);
  const inPage = mayBreak(line.rule, 5);
  if (inCount === null || inPage === null) return [];
  const counting = candidates(inCount.text).count;
  const paging = candidates(inPage.text).page;
  const found: Suspicion[] = [];
  for (const fiscalYear of years) {
    const [count] = await sql.rows<{ found: number }>(counting, [fundId, line.id, fiscalYear, ...inCount.values]);
    if (count?.found === 0) continue;
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const page = await sql.rows<Candidate>(paging, [fundId, line.id, fiscalYear, after, ...inPage.values]);
      for (const award of page) {
        const problem = brokenRule(line.rule, award);
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
            awarded: formatYuan(award.awarded),
            faults: (problem.errors ?? []).map(({ pointer, detail }) => ({ pointer, zhHant: detail.zh, en: detail.en })),
          },
          fingerprint: fingerprint([line.rule, String(award.awarded), award.facts]),
        });
      }
      after = page.at(-1)?.id ?? after;
      if (page.length < PAGE) break;
    }
  }
  return found;
}

interface OverfullPool {
  readonly fiscalYear: number;
  readonly awarded: Fen;
  readonly awardIds: readonly string[];
  /** The newest, as many as the pool lacks money for. */
  readonly beyond: readonly string[];
}

const OVERFULL_POOLS: Statement = {
  name: 'reconciliation.overfull-pools',
  text: `
    SELECT o.*, (SELECT coalesce(array_agg(x.id), '{}')
                   FROM (SELECT b.id, coalesce(sum(b.awarded_fen - b.released_fen - b.recovered_fen)
                                               OVER (ORDER BY b.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
                           FROM award b WHERE b.fund_id = $1 AND b.line_id = $2 AND b.fiscal_year = o."fiscalYear" AND b.live) x
                  WHERE x.newer < o.awarded - $4::bigint) AS beyond
      FROM (
    SELECT fiscal_year AS "fiscalYear", sum(awarded_fen - released_fen - recovered_fen)::bigint AS awarded,
           (SELECT coalesce(array_agg(last.id), '{}')
              FROM (SELECT id FROM award b
                     WHERE b.fund_id = $1 AND b.line_id = $2 AND b.fiscal_year = a.fiscal_year AND b.live
                     ORDER BY id DESC LIMIT ${NAMED_AWARDS_LIMIT}) last) AS "awardIds"
      FROM award a
     WHERE fund_id = $1 AND line_id = $2 AND fiscal_year = ANY ($3::integer[])
     GROUP BY fiscal_year
    HAVING sum(awarded_fen - released_fen - recovered_fen) > $4::bigint) o
     ORDER BY o."fiscalYear"`,
};

/** Years in which the line's awards come to more than its annual pool. */
export async function annualPool(sql: Sql, { fundId, line, years }: LineScope): Promise<readonly Suspicion[]> {
  if (line.rule.annualPool === undefined) return [];
  const pool = fen(line.rule.annualPool);
  const rows = await sql.rows<OverfullPool>(OVERFULL_POOLS, [fundId, line.id, years, pool]);
  return rows.map((row) => ({
    subject: `line:${line.code}:${row.fiscalYear}:pool`,
    severity: 'error',
    fiscalYear: row.fiscalYear,
    lineId: line.id,
    awardIds: row.awardIds,
    holds: row.beyond,
    amountFen: row.awarded - BigInt(pool),
    evidence: { rule: 'annual-pool', pool: line.rule.annualPool ?? null, awarded: formatYuan(row.awarded) },
    fingerprint: fingerprint([pool, String(row.awarded)]),
  }));
}
