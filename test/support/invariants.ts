import type { Sql } from '../../src/platform/database/database.js';

/** Each statement answers the rows that break the invariant (domain §4); the names say which. */
const CHECKS: Readonly<Record<string, string>> = {
  '1: in every entry debits equal credits, in one year': `
    SELECT p.entry_id FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id JOIN journal_entry e ON e.fund_id = p.fund_id AND e.id = p.entry_id
     GROUP BY p.fund_id, p.entry_id, e.fiscal_year
    HAVING sum(CASE p.side WHEN 'D' THEN p.amount_fen ELSE -p.amount_fen END) <> 0 OR min(a.fiscal_year) <> e.fiscal_year OR max(a.fiscal_year) <> e.fiscal_year`,
  '1: every posting belongs to an entry, with its dates': `
    SELECT p.entry_id FROM posting p LEFT JOIN journal_entry e ON e.fund_id = p.fund_id AND e.id = p.entry_id
     WHERE e.id IS NULL OR e.effective_on <> p.effective_on OR e.recorded_at <> p.recorded_at`,
  '2: resources equal where the money is': `
    SELECT fund_id, fiscal_year FROM account GROUP BY fund_id, fiscal_year
    HAVING sum(balance) FILTER (WHERE code IN (4110, 4120, 4190, 4196)) <> sum(balance) FILTER (WHERE code IN (4450, 4610, 4700, 4801, 4902, 4395, 4396))
        OR sum(balance) FILTER (WHERE code = 8110) <> sum(balance) FILTER (WHERE code = 8120)`,
  '3: nothing is below zero but an overridden available, by its floor': `
    SELECT a.id, a.code, a.balance FROM account a
     WHERE a.code <> 4120 AND (a.balance < 0 OR a.floor <> least(a.balance, 0))
       AND NOT (a.code = 4610 AND a.floor = a.balance AND EXISTS (SELECT FROM floor_override f WHERE f.fund_id = a.fund_id AND f.account_id = a.id))`,
  '4: a balance is the sum of its postings, whose versions are 1..n': `
    SELECT a.id FROM account a
      LEFT JOIN LATERAL (SELECT count(*) AS n, coalesce(max(version), 0) AS last,
                                coalesce(sum(CASE WHEN side = a.normal_side THEN amount_fen ELSE -amount_fen END), 0) AS net
                           FROM posting p WHERE p.fund_id = a.fund_id AND p.account_id = a.id) s ON true
     WHERE s.n <> a.version OR s.last <> a.version OR s.net <> a.balance`,
  '4: balance_after runs along, recorded_at never falls': `
    SELECT account_id, version FROM (
      SELECT p.account_id, p.version, p.balance_after, p.recorded_at, lag(p.recorded_at) OVER w AS earlier,
             sum(CASE WHEN p.side = a.normal_side THEN p.amount_fen ELSE -p.amount_fen END) OVER w AS running
        FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id WINDOW w AS (PARTITION BY p.fund_id, p.account_id ORDER BY p.version)) s
     WHERE balance_after <> running OR recorded_at < earlier`,
  'days: each is the net of its postings, and the last is the account’s': `
    SELECT account_id, effective_on FROM (
      SELECT fund_id, account_id, effective_on, net_fen AS fen FROM account_day
       UNION ALL
      SELECT p.fund_id, p.account_id, p.effective_on, CASE WHEN p.side = a.normal_side THEN -p.amount_fen ELSE p.amount_fen END
        FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id) s
     GROUP BY fund_id, account_id, effective_on HAVING sum(fen) <> 0
     UNION ALL
    SELECT a.id, a.last_effective_on FROM account a
     WHERE a.last_effective_on IS DISTINCT FROM (SELECT max(effective_on) FROM posting p WHERE p.fund_id = a.fund_id AND p.account_id = a.id)`,
  '5: an award adds up': `
    SELECT id FROM award WHERE awarded_fen <> reserved_fen + committed_fen + disbursed_fen + released_fen + recovered_fen
        OR least(reserved_fen, committed_fen, disbursed_fen, released_fen, recovered_fen) < 0`,
  '5: reserved and committed are the open amounts of the awards, disbursed their net payments': `
    WITH open AS MATERIALIZED (
      SELECT fund_id, budget_year, line_id, sum(reserved_fen) AS reserved, sum(committed_fen) AS committed FROM award GROUP BY 1, 2, 3
    ), paid AS MATERIALIZED (
      SELECT p.fund_id, p.fiscal_year, w.line_id, sum(p.paid_fen - p.returned_fen - p.recovered_fen) AS net, sum(p.demanded_fen - p.recovered_fen) AS demanded
        FROM payment p JOIN award w ON w.fund_id = p.fund_id AND w.id = p.award_id GROUP BY 1, 2, 3
    )
    SELECT a.id, a.code FROM account a
      LEFT JOIN open o ON o.fund_id = a.fund_id AND o.budget_year = a.fiscal_year AND o.line_id = a.line_id
      LEFT JOIN paid p ON p.fund_id = a.fund_id AND p.fiscal_year = a.fiscal_year AND p.line_id = a.line_id
     WHERE a.code = 4700 AND a.balance <> coalesce(o.reserved, 0) OR a.code = 4801 AND a.balance <> coalesce(o.committed, 0)
        OR a.code = 4902 AND a.balance <> coalesce(p.net, 0) OR a.code IN (8110, 8120) AND a.balance <> coalesce(p.demanded, 0)`,
  '5: an award’s payments and demands are its amounts': `
    SELECT w.id FROM award w
      LEFT JOIN LATERAL (SELECT coalesce(sum(paid_fen - returned_fen - recovered_fen), 0) AS net, coalesce(sum(recovered_fen), 0) AS recovered, coalesce(sum(demanded_fen), 0) AS demanded
                           FROM payment p WHERE p.fund_id = w.fund_id AND p.award_id = w.id) p ON true
      LEFT JOIN LATERAL (SELECT coalesce(sum(received_fen), 0) AS received, coalesce(sum(demanded_fen), 0) AS demanded FROM recovery_demand d
                          WHERE d.fund_id = w.fund_id AND d.award_id = w.id) d ON true
     WHERE w.disbursed_fen <> p.net OR w.recovered_fen <> p.recovered OR p.recovered <> d.received OR p.demanded <> d.demanded`,
  '6: every entry waits for its seal, once': `
    SELECT e.id FROM journal_entry e FULL JOIN unsealed u ON u.fund_id = e.fund_id AND u.entry_id = e.id WHERE e.id IS NULL OR u.entry_id IS NULL`,
  '7: no two awards that share a key stand, but those that are exempt of it or differ in a fact': `
    WITH keyed AS (
      SELECT w.fund_id, w.id, w.fiscal_year, w.keys, CASE WHEN k LIKE 'person:%' THEN k ELSE coalesce(e.root_id, e.id) || k END AS key, k
        FROM award w JOIN enterprise e ON e.fund_id = w.fund_id AND e.id = w.enterprise_id CROSS JOIN LATERAL unnest(w.keys) k WHERE w.reserved_fen + w.committed_fen + w.disbursed_fen > 0 AND NOT w.on_hold
    )
    SELECT x.id, y.id AS other, x.key FROM keyed x JOIN keyed y ON y.fund_id = x.fund_id AND y.fiscal_year = x.fiscal_year AND y.key = x.key AND y.id > x.id
     WHERE NOT EXISTS (SELECT FROM exempt_pair p WHERE p.fund_id = x.fund_id AND p.award_a = x.id AND p.award_b = y.id AND (x.k = ANY (p.keys)))
       AND NOT (x.k LIKE 'title:%' AND EXISTS (
             SELECT FROM unnest(x.keys) f JOIN unnest(y.keys) g ON f <> g AND f ~ '^(fact|person):' AND regexp_replace(f, ':[^:]*$', '') = regexp_replace(g, ':[^:]*$', '')))`,
  '7: who stands holds a claim on each of its keys, and nobody else does': `
    SELECT w.id, c.award_id FROM (
        SELECT w.fund_id, w.id, w.fiscal_year || '|' || CASE WHEN k LIKE 'person:%' THEN '' ELSE root_code(e) || '|' END || k AS key
          FROM award w JOIN enterprise e ON e.fund_id = w.fund_id AND e.id = w.enterprise_id CROSS JOIN LATERAL unnest(w.keys) k WHERE w.standing) w
      FULL JOIN (SELECT * FROM claim WHERE kind = 'project-year') c ON c.fund_id = w.fund_id AND c.award_id = w.id AND c.key = w.key
     WHERE w.id IS NULL OR c.award_id IS NULL`,
  'claims: once-for-life and unique facts are held by what is live or was paid': `
    SELECT w.id FROM claim c JOIN award w ON w.fund_id = c.fund_id AND w.id = c.award_id
     WHERE c.kind IN ('once-for-life', 'unique-fact') AND NOT w.live AND NOT w.ever_paid
     UNION ALL
    SELECT w.id FROM award w
     WHERE EXISTS (SELECT FROM line_rule_version v
                    WHERE v.fund_id = w.fund_id AND v.line_id = w.line_id AND (v.rule ->> 'oncePerEnterprise')::boolean) AND (w.live OR w.ever_paid)
       AND NOT EXISTS (SELECT FROM claim c WHERE c.fund_id = w.fund_id AND c.award_id = w.id AND c.kind = 'once-for-life')`,
  'history: the award after its last entry is the award': `
    SELECT w.id FROM award w LEFT JOIN LATERAL (
             SELECT award_after, count(*) OVER () AS entries FROM journal_entry e WHERE e.fund_id = w.fund_id AND e.award_id = w.id AND e.award_after IS NOT NULL
              ORDER BY award_after[1] DESC LIMIT 1) e ON true
     WHERE e.award_after[1:8] IS DISTINCT FROM ARRAY[w.version, w.reserved_fen, w.committed_fen, w.disbursed_fen, w.released_fen, w.recovered_fen, w.budget_year, w.on_hold::int]::bigint[]
        OR e.entries <> w.version`,
  '9: a key stands for an entry that is there': `
    SELECT k.key_hash FROM idempotency_key k LEFT JOIN journal_entry e ON e.fund_id = k.fund_id AND e.id = k.entry_id WHERE k.entry_id IS NOT NULL AND e.id IS NULL`,
  'approvals: what was approved is posted, by as many as it needed, and nothing else is': `
    SELECT a.id, a.status FROM approval a
      CROSS JOIN LATERAL (SELECT count(*) AS posted FROM journal_entry e WHERE e.fund_id = a.fund_id AND e.approval_id = a.id) e
      CROSS JOIN LATERAL (SELECT count(*) AS agreed FROM approval_decision d
                           WHERE d.fund_id = a.fund_id AND d.approval_id = a.id AND d.preview_hash = a.preview_hash) d
     WHERE CASE a.status WHEN 'approved' THEN posted < coalesce((a.preview ->> 'entryCount')::bigint, 0) OR agreed < a.steps
                         ELSE posted > 0 OR agreed >= a.steps END`,
  'approvals: nobody stands on an entry twice': `
    SELECT e.id FROM journal_entry e CROSS JOIN LATERAL (SELECT e.actor_id || e.checked_by AS people) p
     WHERE e.checked_by IS NOT NULL AND cardinality(people) <> (SELECT count(DISTINCT one) FROM unnest(people) one)`,
  'numbers: an award’s number is its own': `SELECT number FROM award GROUP BY fund_id, number HAVING count(*) > 1`,
};

/** The invariants of domain §4 that do not hold, set-wise over the whole database; empty when all do. */
export async function brokenInvariants(sql: Sql): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [name, text] of Object.entries(CHECKS)) {
    const rows = await sql.rows<unknown>(`${text} LIMIT 3`);
    if (rows.length > 0) broken[name] = rows;
  }
  return broken;
}
