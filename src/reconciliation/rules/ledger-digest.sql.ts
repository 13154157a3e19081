import { randomInt } from 'node:crypto';
import type { Sql, Statement } from '../../platform/database/database.js';

/**
 * Digests of the books: sums weighted by a random hash of the id that each row belongs to. Where every group of rows agrees, the sums
 * agree; where a group doesn't, they differ but for one chance in 2^40 or less, and nobody can prepare for it, because the seed is
 * drawn anew. One pass without a hash table of 1,000,000 groups, which would go to disk: the exact statements, which name what is
 * broken, run only where a digest differs.
 */
const HASH = (id: string, seed: string): string => `uuid_hash_extended(${id}, ${seed})`;
const SIGNED = 'CASE WHEN p.side = a.normal_side THEN p.amount_fen ELSE -p.amount_fen END';

/** $1 fund, $2 year or null, $3 seed. A leg in another year than its entry is hashed otherwise. */
const POSTINGS: Statement = {
  name: 'reconciliation.digest-postings',
  text: `
    WITH day AS MATERIALIZED (
      SELECT p.account_id, p.effective_on, count(*) AS legs, min(p.version) AS first, max(p.version) AS last, sum(p.version) AS versions,
             sum(${SIGNED}) AS net, sum((${SIGNED})::numeric * p.version) AS weighted, sum(p.balance_after) AS running,
             sum((CASE p.side WHEN 'D' THEN p.amount_fen ELSE -p.amount_fen END)::numeric * ${HASH('p.entry_id', '$3::bigint + a.fiscal_year')}) AS unbalanced,
             sum(p.amount_fen::numeric * ${HASH('p.entry_id', '$3::bigint + a.fiscal_year')}) FILTER (WHERE p.side = 'D') AS moved
        FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
       WHERE p.fund_id = $1 AND ($2::integer IS NULL OR a.fiscal_year = $2)
       GROUP BY p.account_id, p.effective_on
    ), total AS (
      SELECT account_id, sum(legs) AS legs, min(first) AS first, max(last) AS last, sum(versions) AS versions, sum(net) AS net,
             sum(weighted) AS weighted, sum(running) AS running
        FROM day
       GROUP BY account_id
    )
    SELECT (SELECT coalesce(sum(unbalanced), 0) = 0 FROM day) AS balances,
           (SELECT coalesce(sum(moved), 0)::text FROM day) AS moved,
           NOT EXISTS (SELECT FROM account a LEFT JOIN total t ON t.account_id = a.id
                        WHERE a.fund_id = $1 AND ($2::integer IS NULL OR a.fiscal_year = $2)
                          AND (a.balance <> coalesce(t.net, 0) OR a.version <> coalesce(t.legs, 0)
                            OR t.legs > 0 AND (t.first <> 1 OR t.last <> t.legs OR t.versions <> t.legs * (t.legs + 1) / 2
                                            OR t.running <> (t.legs + 1) * t.net - t.weighted)))
       AND NOT EXISTS (SELECT FROM day d
                         FULL JOIN (SELECT s.account_id, s.effective_on, s.net_fen
                                      FROM account_day s JOIN account a ON a.fund_id = s.fund_id AND a.id = s.account_id
                                     WHERE s.fund_id = $1 AND ($2::integer IS NULL OR a.fiscal_year = $2)) s
                           ON s.account_id = d.account_id AND s.effective_on = d.effective_on
                        WHERE coalesce(d.net, 0) <> coalesce(s.net_fen, 0)) AS "accountsFollow"`,
};

/** An entry moves its amount once; a recovery clears the memorandum accounts by as much again. */
const ENTRIES: Statement = {
  name: 'reconciliation.digest-entries',
  text: `
    SELECT coalesce(sum(e.amount_fen::numeric * CASE e.kind WHEN 'recovery' THEN 2 ELSE 1 END * ${HASH('e.id', '$3::bigint + e.fiscal_year')})
                    FILTER (WHERE $2::integer IS NULL OR e.fiscal_year = $2), 0)::text AS moved,
           coalesce(sum(${HASH('e.award_id', '$3::bigint')} >> 20) FILTER (WHERE a.id IS NOT NULL AND e.award_after IS NOT NULL), 0)::text AS versions,
           (count(*) FILTER (WHERE (coalesce(e.award_after[11], 0) = 1) = a.rule_hold AND (coalesce(e.award_after[13], 0) = 1) = a.reward_hold AND e.award_after[1:8] = ARRAY[a.version, a.reserved_fen, a.committed_fen, a.disbursed_fen, a.released_fen,
                                                              a.recovered_fen, a.budget_year, a.on_hold::integer]::bigint[]))::text AS states
      FROM journal_entry e
      LEFT JOIN award a ON a.fund_id = $1 AND a.id = e.award_id AND ($2::integer IS NULL OR a.fiscal_year = $2)
     WHERE e.fund_id = $1`,
};

const AWARDS: Statement = {
  name: 'reconciliation.digest-awards',
  text: `
    SELECT coalesce(sum((${HASH('a.id', '$3::bigint')} >> 20)::numeric * a.version), 0)::text AS versions, count(*)::text AS states,
           NOT coalesce(bool_or(a.awarded_fen <> a.reserved_fen + a.committed_fen + a.disbursed_fen + a.released_fen + a.recovered_fen
                             OR least(a.reserved_fen, a.committed_fen, a.disbursed_fen, a.released_fen, a.recovered_fen) < 0), false) AS "addUp"
      FROM award a
     WHERE a.fund_id = $1 AND ($2::integer IS NULL OR a.fiscal_year = $2)`,
};

/** What agrees. What doesn't is named by the exact statements. */
export interface LedgerDigest {
  /** Every entry balances in its year, is there, and has the postings that its amount asks for. */
  readonly entriesAgree: boolean;
  /** Balances, versions, running balances and days follow the postings. */
  readonly accountsAgree: boolean;
  /** Every award has as many entries as its version says, stands as its last one left it, and adds up. */
  readonly awardsAgree: boolean;
}

/** Reads postings, entries and awards once each. */
export async function digestLedger(sql: Sql, fundId: number, fiscalYear: number | null): Promise<LedgerDigest> {
  const values = [fundId, fiscalYear, String(randomInt(2 ** 47))];
  const [postings] = await sql.rows<{ balances: boolean; moved: string; accountsFollow: boolean }>(POSTINGS.text, values);
  const [entries] = await sql.rows<{ moved: string; versions: string; states: string }>(ENTRIES.text, values);
  const [awards] = await sql.rows<{ versions: string; states: string; addUp: boolean }>(AWARDS.text, values);
  if (postings === undefined || entries === undefined || awards === undefined) throw new Error('A digest was not answered');
  return {
    entriesAgree: postings.balances && postings.moved === entries.moved,
    accountsAgree: postings.accountsFollow,
    awardsAgree: awards.addUp && entries.versions === awards.versions && entries.states === awards.states,
  };
}
