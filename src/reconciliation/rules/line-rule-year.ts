import { formatYuan, parseYuan, type Fen } from '../../kernel/index.js';
import { checkLineRule, type LineRule } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import type { LineScope } from './line-rule.js';
import { fingerprint, FINDINGS_LIMIT, NAMED_AWARDS_LIMIT, type Suspicion } from './rule.js';

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
 * Awards that may break the amount ($5 fixed; $6 base fact, $7 rate, $8 cap; fen) or a fact ($9). What passes here passes the pure
 * evaluator as well; what does not is judged by it, so that both agree and only the few are loaded.
 */
const CANDIDATES: Statement = {
  name: 'reconciliation.line-rule-candidates',
  text: `
    SELECT a.id, a.number, a.awarded_fen AS awarded, a.awarded_fen - a.released_fen - a.recovered_fen AS net, a.facts
      FROM award a
     WHERE a.fund_id = $1 AND a.line_id = $2 AND a.fiscal_year = $3 AND a.id > $4 AND a.live
       AND (a.awarded_fen <> $5::bigint
         OR $6::text IS NOT NULL AND NOT CASE
              WHEN a.facts ->> $6 ~ '^[0-9]{1,13}([.][0-9]{1,2})?$'
              THEN a.awarded_fen <= least(floor((a.facts ->> $6)::numeric * 100 * coalesce($7::numeric, 1)), $8::numeric)
              ELSE false END
         OR EXISTS (
              SELECT FROM jsonb_to_recordset($9::jsonb) AS f(name text, type text, required boolean, min text, max text, equals jsonb,
                                                             "whenFact" text, "whenEquals" text)
               WHERE (f."whenFact" IS NULL OR a.facts ->> f."whenFact" = f."whenEquals")
                 AND NOT CASE
                     WHEN a.facts -> f.name IS NULL OR jsonb_typeof(a.facts -> f.name) = 'null' THEN NOT f.required
                     WHEN f.equals IS NOT NULL AND NOT f.equals @> (a.facts -> f.name) THEN false
                     WHEN f.type = 'boolean' THEN jsonb_typeof(a.facts -> f.name) = 'boolean'
                     WHEN f.type = 'text' THEN jsonb_typeof(a.facts -> f.name) = 'string' AND btrim(a.facts ->> f.name) <> ''
                          AND length(a.facts ->> f.name) BETWEEN coalesce(f.min::integer, 1) AND least(coalesce(f.max::integer, 1000), 1000)
                     WHEN f.type = 'date' THEN a.facts ->> f.name ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
                          AND a.facts ->> f.name COLLATE "C" BETWEEN coalesce(f.min, '0000') AND coalesce(f.max, '9999-99-99')
                     WHEN a.facts ->> f.name ~ CASE f.type WHEN 'money' THEN '^[0-9]{1,13}([.][0-9]{1,2})?$' WHEN 'integer' THEN '^-?[0-9]{1,15}$'
                                                      ELSE '^-?[0-9]{1,18}([.][0-9]{1,9})?$' END
                     THEN jsonb_typeof(a.facts -> f.name) = ANY (CASE f.type WHEN 'money' THEN '{string}'::text[] WHEN 'integer' THEN '{number}'
                                                                             ELSE '{number,string}' END)
                          AND (f.min IS NULL OR (a.facts ->> f.name)::numeric >= f.min::numeric)
                          AND (f.max IS NULL OR (a.facts ->> f.name)::numeric <= f.max::numeric)
                     ELSE false END))
     ORDER BY a.id
     LIMIT ${PAGE}`,
};

/** Live awards whose amount or facts break the line's present rule, one finding each. */
export async function brokenAwards(sql: Sql, { fundId, line, years }: LineScope): Promise<readonly Suspicion[]> {
  const { amount, facts } = line.rule;
  if (amount.kind === 'discretionary' && facts.length === 0) return [];
  const found: Suspicion[] = [];
  for (const fiscalYear of years) {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const values = [fundId, line.id, fiscalYear, after, ...amountParameters(line.rule), factParameters(line.rule)];
      const page = await sql.rows<Candidate>(CANDIDATES, values);
      for (const award of page) {
        const problem = judge(line.rule, award);
        if (problem === null) continue;
        found.push({
          subject: `award:${award.id}`,
          severity: 'error',
          fiscalYear,
          lineId: line.id,
          awardIds: [award.id],
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
      if (page.length < PAGE || found.length > FINDINGS_LIMIT) break;
    }
  }
  return found;
}

/** What was released or recovered counts no more: an award cut down to what the rule allows is in order. */
function judge(rule: LineRule, award: Candidate): ReturnType<typeof checkLineRule> {
  const problem = checkLineRule(rule, award.awarded, award.facts);
  return problem === null || checkLineRule(rule, award.net, award.facts) === null ? null : problem;
}

/** Fixed amount, base fact, rate, cap; null where the rule has none. */
function amountParameters({ amount }: LineRule): readonly (string | null)[] {
  if (amount.kind === 'fixed') return [fen(amount.amount), null, null, null];
  if (amount.kind === 'rate') return [null, amount.of, amount.rate ?? null, amount.cap === undefined ? null : fen(amount.cap)];
  return [null, null, null, null];
}

function factParameters({ facts }: LineRule): string {
  return JSON.stringify(
    facts.map(({ name, type, required, min, max, equals, when }) => ({
      name,
      type,
      required,
      min: min === undefined ? null : String(min),
      max: max === undefined ? null : String(max),
      equals: equals === undefined ? null : Array.isArray(equals) ? equals : [equals],
      whenFact: when?.fact ?? null,
      whenEquals: when === undefined ? null : String(when.equals),
    })),
  );
}

interface OverfullPool {
  readonly fiscalYear: number;
  readonly awarded: Fen;
  readonly awardIds: readonly string[];
}

const OVERFULL_POOLS: Statement = {
  name: 'reconciliation.overfull-pools',
  text: `
    SELECT fiscal_year AS "fiscalYear", sum(awarded_fen - released_fen - recovered_fen)::bigint AS awarded,
           (SELECT coalesce(array_agg(last.id), '{}')
              FROM (SELECT id FROM award b
                     WHERE b.fund_id = $1 AND b.line_id = $2 AND b.fiscal_year = a.fiscal_year AND b.live
                     ORDER BY id DESC LIMIT ${NAMED_AWARDS_LIMIT}) last) AS "awardIds"
      FROM award a
     WHERE fund_id = $1 AND line_id = $2 AND fiscal_year = ANY ($3::integer[])
     GROUP BY fiscal_year
    HAVING sum(awarded_fen - released_fen - recovered_fen) > $4::bigint
     ORDER BY fiscal_year`,
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
    amountFen: row.awarded - BigInt(pool),
    evidence: { rule: 'annual-pool', pool: line.rule.annualPool ?? null, awarded: formatYuan(row.awarded) },
    fingerprint: fingerprint([pool, String(row.awarded)]),
  }));
}

/** Fen of a rule's amount, as a parameter. */
function fen(yuan: string): string {
  const amount = parseYuan(yuan);
  if (amount === null) throw new Error(`"${yuan}" of a line rule is not an amount`);
  return amount.toString();
}
