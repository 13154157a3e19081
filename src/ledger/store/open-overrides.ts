/**
 * Subquery: overrides that still cover something of what their line lacks, with how much (`open_fen`). A later credit cures the oldest first
 * (domain §3, Overrides), so what a line lacks now is its newest ones'. Reads the few lines that are below zero.
 */
export const OPEN_OVERRIDES = `(
  SELECT v.*, least(v.lacking_fen, v.lacks_fen - v.newer_fen)::bigint AS open_fen
    FROM (SELECT v.fund_id, v.entry_id, a.fiscal_year, a.line_id, v.expires_on, v.lacking_fen, -a.balance AS lacks_fen,
                 coalesce(sum(v.lacking_fen) OVER (PARTITION BY v.fund_id, v.account_id ORDER BY j.recorded_at DESC, v.entry_id DESC
                                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer_fen
            FROM account a
            JOIN floor_override v ON v.fund_id = a.fund_id AND v.account_id = a.id
            JOIN journal_entry j ON j.fund_id = v.fund_id AND j.id = v.entry_id
           WHERE a.code = 4610 AND a.balance < 0) v
   WHERE v.newer_fen < v.lacks_fen)`;
