import type { BusinessDate } from '../../kernel/index.js';
import { texts, uuids } from '../../platform/database/columns.js';
import type { Statement, Tx } from '../../platform/database/database.js';
import { sha256 } from '../../platform/digest.js';
import { uniqueFactKeys } from '../rules/claim-keys.js';
import type { ClaimKind } from '../state/claims.js';
import type { Facts } from '../rules/check-line-rule.js';
import type { LineRule } from '../rules/line-rule.js';

/** A line with a rule that is being stored. */
interface RuledLine {
  readonly id: number;
  readonly rule: LineRule;
}

/** Awards read, and claims written, at once. */
const PAGE = 1_000;

/** $1 fund, $2 line: of each enterprise the awards that are live or were ever paid, the earliest approved first, in places after those already taken. */
const CLAIM_ENTERPRISES: Statement = {
  name: 'ledger.claim-enterprises',
  text: claimBehind(
    'once-for-life',
    `SELECT $2::integer || '|' || root_code(e) AS key, a.id AS award_id, row_number() OVER (ORDER BY a.approved_on, a.id) AS turn
       FROM award a JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id
      WHERE a.fund_id = $1 AND a.line_id = $2 AND (a.live OR a.ever_paid)`,
  ),
};

/** $1 fund, $2 line, $3 and $4 fiscal year and id of the last award read: in the order of the index award_line. */
const READ_FACTS: Statement = {
  name: 'ledger.read-facts-of-line',
  text: `SELECT id, fiscal_year, approved_on, facts FROM award
          WHERE fund_id = $1 AND line_id = $2 AND (live OR ever_paid) AND (fiscal_year, id) > ($3::integer, $4::uuid)
          ORDER BY fiscal_year, id LIMIT ${PAGE}`,
};

/** $1 fund, $2 keys, $3 awards, those of one key in the order in which they come. */
const CLAIM_FACTS: Statement = {
  name: 'ledger.claim-facts',
  text: claimBehind(
    'unique-fact',
    'SELECT v.key, v.award_id, v.turn FROM unnest($2::text[], $3::uuid[]) WITH ORDINALITY AS v (key, award_id, turn)',
  ),
};

/** INSERT of claims for rows (key, award_id, turn), those of one key by their turn, in places after those already taken; an award that holds the claim already is left out. */
function claimBehind(kind: ClaimKind, rows: string): string {
  return `
    INSERT INTO claim (fund_id, kind, key, place, award_id)
    SELECT $1, '${kind}', w.key, coalesce(taken.last + 1, 0) + row_number() OVER (PARTITION BY w.key ORDER BY w.turn) - 1, w.award_id
      FROM (${rows}) w
     CROSS JOIN LATERAL (SELECT max(place) AS last, coalesce(bool_or(award_id = w.award_id), false) AS held
                           FROM claim WHERE fund_id = $1 AND kind = '${kind}' AND key = w.key) taken
     WHERE NOT taken.held`;
}

/**
 * Claims for the line's awards what its rule lets happen once in the fund's life (domain §5), as if the rule had been so when they were
 * reserved: whoever is live or was ever paid, the earliest approved first. Awards that share a claim so all hold it: it is free when the
 * last of them is. What is claimed already stays. The caller has locked the line's accounts, so that no reservation is under way.
 */
export async function claimByRule(tx: Tx, fundId: number, line: { readonly id: number; readonly rule: LineRule }): Promise<void> {
  if (line.rule.oncePerEnterprise === true) await tx.rows(CLAIM_ENTERPRISES, [fundId, line.id]);
  if ((line.rule.uniqueFacts ?? []).length === 0) return;
  const claims = await claimsByFact(tx, fundId, line);
  for (let from = 0; from < claims.length; from += PAGE) {
    const page = claims.slice(from, from + PAGE);
    await tx.rows(CLAIM_FACTS, [fundId, texts(page, ({ key }) => key), uuids(page, ({ id }) => id)]);
  }
}

interface FactsRow {
  readonly id: string;
  readonly fiscal_year: number;
  readonly approved_on: BusinessDate;
  readonly facts: Facts;
}

/** An award that states a unique fact. */
interface FactClaim {
  readonly key: string;
  readonly id: string;
  /** Sorts by the date of approval. */
  readonly approved: string;
}

/** Every award with each of its unique facts, by key and then by approval. */
async function claimsByFact(tx: Tx, fundId: number, line: RuledLine): Promise<readonly FactClaim[]> {
  const claims: FactClaim[] = [];
  let after = { fiscal_year: 0, id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const awards = await tx.rows<FactsRow>(READ_FACTS, [fundId, line.id, after.fiscal_year, after.id]);
    for (const { id, approved_on: date, facts } of awards) {
      for (const { key } of uniqueFactKeys(line.rule, facts, sha256)) claims.push({ key, id, approved: `${date} ${id}` });
    }
    const last = awards.at(-1);
    if (last === undefined || awards.length < PAGE) return claims.sort(byKeyAndApproval);
    after = last;
  }
}

function byKeyAndApproval(left: FactClaim, right: FactClaim): number {
  if (left.key !== right.key) return left.key < right.key ? -1 : 1;
  return left.approved < right.approved ? -1 : 1;
}
