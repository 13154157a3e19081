import type { BusinessDate } from '../kernel/index.js';
import { plainArray, textArray } from '../platform/database/array.js';
import type { Statement, Tx } from '../platform/database/database.js';
import { uniqueFactKeys } from './claim-key.js';
import type { Facts } from './line-rule.js';
import type { LineRule } from './line-rule.types.js';

/** A line with its rule of now. */
interface RuledLine {
  readonly id: number;
  readonly rule: LineRule;
}

/** Awards read, and claims written, at once. */
const PAGE = 1_000;

/** $1 fund, $2 line: of each enterprise the earliest approved award that is live or was ever paid. */
const CLAIM_ENTERPRISES: Statement = {
  name: 'ledger.claim-enterprises',
  text: `INSERT INTO claim (fund_id, kind, key, award_id)
         SELECT $1, 'once-for-life', first.key, first.id
           FROM (SELECT DISTINCT ON (e.organization_code) $2::integer || '|' || e.organization_code AS key, a.id
                   FROM award a JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id
                  WHERE a.fund_id = $1 AND a.line_id = $2 AND (a.live OR a.ever_paid)
                  ORDER BY e.organization_code, a.approved_on, a.id) first
          ORDER BY first.key
             ON CONFLICT DO NOTHING`,
};

/** $1 fund, $2 line, $3 and $4 fiscal year and id of the last award read: in the order of the index award_line. */
const READ_FACTS: Statement = {
  name: 'ledger.read-facts-of-line',
  text: `SELECT id, fiscal_year, approved_on, facts FROM award
          WHERE fund_id = $1 AND line_id = $2 AND (live OR ever_paid) AND (fiscal_year, id) > ($3::integer, $4::uuid)
          ORDER BY fiscal_year, id LIMIT ${PAGE}`,
};

/** $1 fund, $2 keys, $3 awards. */
const CLAIM_FACTS: Statement = {
  name: 'ledger.claim-facts',
  text: `INSERT INTO claim (fund_id, kind, key, award_id)
         SELECT $1, 'unique-fact', v.key, v.award_id FROM unnest($2::text[], $3::uuid[]) AS v (key, award_id)
             ON CONFLICT DO NOTHING`,
};

/**
 * Claims for the line's awards what its rule lets happen once in the fund's life (domain §5), as if the rule had been so when they were
 * reserved: whoever is live or was ever paid, the earliest approved first. What is claimed already stays. The caller has locked the
 * line's accounts, so that no reservation is under way.
 */
export async function claimByRule(tx: Tx, fundId: number, line: { readonly id: number; readonly rule: LineRule }): Promise<void> {
  if (line.rule.oncePerEnterprise === true) await tx.rows(CLAIM_ENTERPRISES, [fundId, line.id]);
  if ((line.rule.uniqueFacts ?? []).length === 0) return;
  const claims = [...(await earliestByFact(tx, fundId, line))].sort(([left], [right]) => (left < right ? -1 : 1));
  for (let from = 0; from < claims.length; from += PAGE) {
    const page = claims.slice(from, from + PAGE);
    await tx.rows(CLAIM_FACTS, [fundId, textArray(page.map(([key]) => key)), plainArray(page.map(([, award]) => award.id))]);
  }
}

interface FactsRow {
  readonly id: string;
  readonly fiscal_year: number;
  readonly approved_on: BusinessDate;
  readonly facts: Facts;
}

/** Key of a unique fact → the earliest approved award that states it. */
async function earliestByFact(tx: Tx, fundId: number, line: RuledLine): Promise<ReadonlyMap<string, FactsRow>> {
  const earliest = new Map<string, FactsRow>();
  let after = { fiscal_year: 0, id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const awards = await tx.rows<FactsRow>(READ_FACTS, [fundId, line.id, after.fiscal_year, after.id]);
    for (const award of awards) {
      for (const { key } of uniqueFactKeys(line, award.facts)) {
        const other = earliest.get(key);
        if (other === undefined || approved(award) < approved(other)) earliest.set(key, award);
      }
    }
    const last = awards.at(-1);
    if (last === undefined || awards.length < PAGE) return earliest;
    after = last;
  }
}

function approved({ approved_on: date, id }: FactsRow): string {
  return `${date} ${id}`;
}
