import type { Statement } from '../../platform/database/database.js';

/** Rows shown as samples of one broken invariant. */
export const SAMPLES = 20;

/** A broken invariant of a year, with how often it is broken and samples. */
export interface Breach {
  readonly fiscalYear: number;
  readonly count: number;
  readonly samples: readonly unknown[];
}

/** All take $1 fund and $2 year (null: all). They read one snapshot, aggregate, and answer only what is broken. */
const YEAR = '($2::integer IS NULL OR a.fiscal_year = $2)';
const SIGNED = 'CASE WHEN p.side = a.normal_side THEN p.amount_fen ELSE -p.amount_fen END';

/** Wraps rows (fiscal_year, sample jsonb) into one breach per year. */
function breaches(rows: string): string {
  return `
    SELECT fiscal_year AS "fiscalYear", count(*)::integer AS count, jsonb_path_query_array(jsonb_agg(sample), '$[0 to ${SAMPLES - 1}]') AS samples
      FROM (${rows}) broken
     GROUP BY fiscal_year
     ORDER BY fiscal_year`;
}

/** Invariant 1: the postings of every entry balance, lie in its fund and year, and belong to an entry that is there. */
export const UNBALANCED_ENTRIES: Statement = {
  name: 'reconciliation.unbalanced-entries',
  text: breaches(`
    SELECT entry.fiscal_year, jsonb_build_object('entry', entry.entry_id, 'debitsMinusCredits', entry.net::text, 'recorded', e.id IS NOT NULL) AS sample
      FROM (SELECT p.entry_id, min(a.fiscal_year) AS fiscal_year, max(a.fiscal_year) AS last_year,
                   sum(CASE p.side WHEN 'D' THEN p.amount_fen ELSE -p.amount_fen END) AS net
              FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
             WHERE p.fund_id = $1 AND ${YEAR}
             GROUP BY p.entry_id) entry
      LEFT JOIN journal_entry e ON e.fund_id = $1 AND e.id = entry.entry_id
     WHERE entry.net <> 0 OR entry.fiscal_year <> entry.last_year OR e.id IS NULL OR e.fiscal_year <> entry.fiscal_year`),
};

/** Invariant 1, the other way: an entry that moves money has postings. */
export const ENTRIES_WITHOUT_POSTINGS: Statement = {
  name: 'reconciliation.entries-without-postings',
  text: breaches(`
    SELECT a.fiscal_year, jsonb_build_object('entry', a.id, 'kind', a.kind) AS sample
      FROM journal_entry a
     WHERE a.fund_id = $1 AND ${YEAR} AND a.amount_fen > 0
       AND NOT EXISTS (SELECT FROM posting p WHERE p.fund_id = $1 AND p.entry_id = a.id)`),
};

/**
 * Invariant 4, and the running balances: the stored balance is the sum of the postings, versions are 1..n without a gap, the days' nets
 * add up, and Σ balance_after = Σ (n + 1 − version) × amount, which one wrong running balance breaks.
 */
export const ASTRAY_ACCOUNTS: Statement = {
  name: 'reconciliation.astray-accounts',
  text: breaches(`
    WITH day AS MATERIALIZED (
      SELECT p.account_id, p.effective_on, count(*) AS legs, min(p.version) AS first, max(p.version) AS last, sum(p.version) AS versions,
             sum(${SIGNED}) AS net, sum((${SIGNED})::numeric * p.version) AS weighted, sum(p.balance_after) AS running
        FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
       WHERE p.fund_id = $1 AND ${YEAR}
       GROUP BY p.account_id, p.effective_on
    ), total AS (
      SELECT account_id, sum(legs) AS legs, min(first) AS first, max(last) AS last, sum(versions) AS versions, sum(net) AS net,
             sum(weighted) AS weighted, sum(running) AS running
        FROM day
       GROUP BY account_id
    ), astray_day AS (
      SELECT coalesce(d.account_id, s.account_id) AS account_id, count(*) AS days
        FROM day d
        FULL JOIN (SELECT s.* FROM account_day s JOIN account a ON a.fund_id = s.fund_id AND a.id = s.account_id
                    WHERE s.fund_id = $1 AND ${YEAR}) s
          ON s.account_id = d.account_id AND s.effective_on = d.effective_on
       WHERE coalesce(d.net, 0) <> coalesce(s.net_fen, 0)
       GROUP BY 1
    )
    SELECT a.fiscal_year, jsonb_build_object('account', a.id, 'code', a.code, 'line', l.code, 'balance', a.balance::text, 'version', a.version,
             'postings', coalesce(t.legs, 0), 'sumOfPostings', coalesce(t.net, 0)::text, 'astrayDays', coalesce(d.days, 0)) AS sample
      FROM account a
      LEFT JOIN total t ON t.account_id = a.id
      LEFT JOIN astray_day d ON d.account_id = a.id
      LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
     WHERE a.fund_id = $1 AND ${YEAR}
       AND (a.balance <> coalesce(t.net, 0) OR a.version <> coalesce(t.legs, 0) OR d.days IS NOT NULL
         OR t.legs > 0 AND (t.first <> 1 OR t.last <> t.legs OR t.versions <> t.legs * (t.legs + 1) / 2
                         OR t.running <> (t.legs + 1) * t.net - t.weighted))`),
};

/** Invariant 2: Σ resources = Σ status accounts. */
export const UNEQUAL_YEARS: Statement = {
  name: 'reconciliation.unequal-years',
  text: breaches(`
    SELECT a.fiscal_year, jsonb_build_object('resources', coalesce(sum(a.balance) FILTER (WHERE a.code IN (4110, 4120, 4190, 4196)), 0)::text,
             'status', coalesce(sum(a.balance) FILTER (WHERE a.code IN (4450, 4610, 4700, 4801, 4902, 4395, 4396)), 0)::text) AS sample
      FROM account a
     WHERE a.fund_id = $1 AND ${YEAR}
     GROUP BY a.fiscal_year
    HAVING sum(CASE WHEN a.code IN (4110, 4120, 4190, 4196) THEN a.balance WHEN a.code IN (8110, 8120) THEN 0 ELSE -a.balance END) <> 0
        OR sum(CASE a.code WHEN 8110 THEN a.balance WHEN 8120 THEN -a.balance ELSE 0 END) <> 0`),
};

/** Invariant 3: no balance below its floor, and no floor below zero without an override. */
export const BELOW_FLOOR: Statement = {
  name: 'reconciliation.below-floor',
  text: breaches(`
    SELECT a.fiscal_year, jsonb_build_object('account', a.id, 'code', a.code, 'balance', a.balance::text, 'floor', a.floor::text) AS sample
      FROM account a
     WHERE a.fund_id = $1 AND ${YEAR}
       AND (a.floor IS NULL AND a.code <> 4120 OR a.balance < a.floor OR a.floor > 0
         OR a.floor < 0 AND (a.code <> 4610 OR a.floor <> a.balance
                          OR NOT EXISTS (SELECT FROM floor_override f WHERE f.fund_id = a.fund_id AND f.account_id = a.id)))`),
};

/**
 * Invariant 5 per award: its amounts add up, and are those after its last entry (the first eight are its own, the others its parties');
 * its entries are as many as its version.
 */
export const ASTRAY_AWARDS: Statement = {
  name: 'reconciliation.astray-awards',
  text: breaches(`
    SELECT a.fiscal_year, jsonb_build_object('award', a.id, 'number', a.number, 'version', a.version, 'entries', coalesce(h.entries, 0)) AS sample
      FROM award a
      LEFT JOIN (SELECT e.award_id, max(e.award_after) AS last, count(*) AS entries
                   FROM journal_entry e
                  WHERE e.fund_id = $1 AND e.award_id IS NOT NULL AND e.award_after IS NOT NULL
                  GROUP BY e.award_id) h ON h.award_id = a.id
     WHERE a.fund_id = $1 AND ${YEAR}
       AND (a.awarded_fen <> a.reserved_fen + a.committed_fen + a.disbursed_fen + a.released_fen + a.recovered_fen
         OR least(a.reserved_fen, a.committed_fen, a.disbursed_fen, a.released_fen, a.recovered_fen) < 0
         OR h.entries IS DISTINCT FROM a.version::bigint
         OR h.last[1:8] IS DISTINCT FROM ARRAY[a.version, a.reserved_fen, a.committed_fen, a.disbursed_fen, a.released_fen, a.recovered_fen,
                                               a.budget_year, a.on_hold::integer]::bigint[]
            OR (coalesce(h.last[11], 0) = 1) <> a.rule_hold OR (coalesce(h.last[13], 0) = 1) <> a.reward_hold)`),
};

/** Invariant 5 per budget year and line: 4700 and 4801 are the open amounts of the awards. */
export const ASTRAY_STAGES: Statement = {
  name: 'reconciliation.astray-stages',
  text: breaches(`
    SELECT a.fiscal_year, jsonb_build_object('line', l.code, 'account', a.code, 'balance', a.balance::text,
             'awards', coalesce(CASE a.code WHEN 4700 THEN w.reserved ELSE w.committed END, 0)::text) AS sample
      FROM account a
      JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
      LEFT JOIN (SELECT budget_year, line_id, sum(reserved_fen) AS reserved, sum(committed_fen) AS committed
                   FROM award
                  WHERE fund_id = $1 AND ($2::integer IS NULL OR budget_year = $2)
                  GROUP BY budget_year, line_id) w ON w.budget_year = a.fiscal_year AND w.line_id = a.line_id
     WHERE a.fund_id = $1 AND ${YEAR} AND a.code IN (4700, 4801)
       AND a.balance <> coalesce(CASE a.code WHEN 4700 THEN w.reserved ELSE w.committed END, 0)`),
};

/** Invariant 5 per year and line: 4902 is what was paid, without what came back in the same year. */
export const ASTRAY_DISBURSED: Statement = {
  name: 'reconciliation.astray-disbursed',
  text: breaches(`
    WITH back AS (
      SELECT e.fiscal_year, w.line_id, sum(e.amount_fen) AS amount
        FROM journal_entry e
        LEFT JOIN recovery_demand d ON e.kind = 'recovery' AND d.fund_id = e.fund_id AND d.id = (e.details ->> 'demandId')::uuid
        JOIN payment y ON y.fund_id = e.fund_id AND y.id = coalesce(d.payment_id, (e.details ->> 'paymentId')::uuid)
        JOIN award w ON w.fund_id = y.fund_id AND w.id = y.award_id
       WHERE e.fund_id = $1 AND ($2::integer IS NULL OR e.fiscal_year = $2) AND e.kind IN ('return', 'recovery') AND y.fiscal_year = e.fiscal_year
       GROUP BY e.fiscal_year, w.line_id
    ), paid AS (
      SELECT y.fiscal_year, w.line_id, sum(y.paid_fen) AS amount
        FROM payment y JOIN award w ON w.fund_id = y.fund_id AND w.id = y.award_id
       WHERE y.fund_id = $1 AND ($2::integer IS NULL OR y.fiscal_year = $2)
       GROUP BY y.fiscal_year, w.line_id
    )
    SELECT a.fiscal_year, jsonb_build_object('line', l.code, 'account', a.code, 'balance', a.balance::text,
             'paidWithoutWhatCameBack', (coalesce(p.amount, 0) - coalesce(b.amount, 0))::text) AS sample
      FROM account a
      JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
      LEFT JOIN paid p ON p.fiscal_year = a.fiscal_year AND p.line_id = a.line_id
      LEFT JOIN back b ON b.fiscal_year = a.fiscal_year AND b.line_id = a.line_id
     WHERE a.fund_id = $1 AND ${YEAR} AND a.code = 4902 AND a.balance <> coalesce(p.amount, 0) - coalesce(b.amount, 0)`),
};

/** Invariant 5 per award: net disbursed is what its payments come to. */
export const ASTRAY_PAYMENTS: Statement = {
  name: 'reconciliation.astray-payments',
  text: breaches(`
    SELECT a.fiscal_year, jsonb_build_object('award', a.id, 'number', a.number, 'disbursed', a.disbursed_fen::text, 'payments', coalesce(y.net, 0)::text) AS sample
      FROM award a
      LEFT JOIN (SELECT award_id, sum(paid_fen - returned_fen - recovered_fen) AS net FROM payment WHERE fund_id = $1 GROUP BY award_id) y
        ON y.award_id = a.id
     WHERE a.fund_id = $1 AND ${YEAR} AND a.disbursed_fen <> coalesce(y.net, 0)`),
};

/**
 * Invariant 7: an award that stands holds a claim on each of its keys, and one that doesn't holds none. Two that share a key then stand in
 * places one behind the other, which one-subsidy looks at.
 */
export const UNCLAIMED_KEYS: Statement = {
  name: 'reconciliation.unclaimed-keys',
  text: breaches(`
    SELECT coalesce(a.fiscal_year, 0) AS fiscal_year, jsonb_build_object('award', coalesce(w.id, c.award_id), 'claim', coalesce(w.key, c.key)) AS sample
      FROM (SELECT a.id, a.fiscal_year || '|' || CASE WHEN k.key LIKE 'person:%' THEN '' ELSE CASE WHEN e.root_id IS NULL THEN e.organization_code ELSE root_code(e) END || '|' END || k.key AS key
              FROM award a
              JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id
             CROSS JOIN LATERAL unnest(a.keys) AS k (key)
             WHERE a.fund_id = $1 AND ${YEAR} AND a.standing) w
      FULL JOIN (SELECT c.award_id, c.key FROM claim c
                  WHERE c.fund_id = $1 AND c.kind = 'project-year' AND ($2::integer IS NULL OR c.key LIKE $2::integer || '|%')) c
        ON c.award_id = w.id AND c.key = w.key
      LEFT JOIN award a ON a.fund_id = $1 AND a.id = coalesce(w.id, c.award_id)
     WHERE w.id IS NULL OR c.award_id IS NULL`),
};

export const COUNT_POSTINGS: Statement = {
  name: 'reconciliation.count-postings',
  text: `SELECT coalesce(sum(version), 0)::bigint AS checked FROM account a WHERE a.fund_id = $1 AND ${YEAR}`,
};
