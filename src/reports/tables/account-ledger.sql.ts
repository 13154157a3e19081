import type { Sql } from '../../platform/database/database.js';
import type { LedgerOrder } from '../report.js';

// Without names: reports run seldom and over anything from nothing to millions of postings, so each is planned for what is there now.

/** An account whose postings are read, up to a version: what is posted later is not part of the report. */
export interface LedgerAccountRow {
  readonly id: number;
  readonly fiscal_year: number;
  readonly code: number;
  readonly normal_side: 'D' | 'C';
  readonly line: string | null;
  readonly last_version: bigint;
  /** Its balance before the first day, fen, in its normal direction. */
  readonly opening: bigint;
}

const ACCOUNTS = `SELECT a.id, a.fiscal_year, a.code, a.normal_side, l.code AS line,
                CASE WHEN $5::timestamptz IS NULL THEN a.version ELSE account_version_at(a.fund_id, a.id, a.version, $5) END AS last_version,
                CASE WHEN $6::date IS NULL THEN 0
                     WHEN $5::timestamptz IS NULL THEN (
                       SELECT coalesce(sum(d.net_fen), 0) FROM account_day d
                        WHERE d.fund_id = a.fund_id AND d.account_id = a.id AND d.effective_on < $6
                          AND ($7::date IS NULL OR d.effective_on <= $7))
                     ELSE (
                       SELECT coalesce(sum(CASE WHEN p.side = a.normal_side THEN p.amount_fen ELSE -p.amount_fen END), 0) FROM posting p
                        WHERE p.fund_id = a.fund_id AND p.account_id = a.id AND p.effective_on < $6
                          AND ($7::date IS NULL OR p.effective_on <= $7) AND p.recorded_at <= $5)
                END::bigint AS opening
           FROM account a
           LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE a.fund_id = $1 AND a.fiscal_year = ANY ($2::integer[]) AND a.code = $3 AND ($4::text IS NULL OR l.code = $4)
          ORDER BY a.fiscal_year, l.position NULLS FIRST, l.id`;

/** The accounts of a code in the years: one line's, or all of a year's in the order of the lines. */
export async function ledgerAccounts(
  sql: Sql,
  asked: {
    fundId: number;
    fiscalYears: readonly number[];
    code: number;
    line: string | null;
    recordedAsOf: Date | null;
    /** First day; null: the year's. */
    from: string | null;
    asOf: string | null;
  },
): Promise<LedgerAccountRow[]> {
  const { fundId, fiscalYears, code, line, recordedAsOf, from, asOf } = asked;
  return sql.rows<LedgerAccountRow>(ACCOUNTS, [fundId, fiscalYears, code, line, recordedAsOf, from, asOf]);
}

/** One posting of an account, with its entry. */
export interface LedgerPostingRow {
  readonly version: bigint;
  readonly effective_on: string;
  readonly recorded_at: Date;
  readonly entry_id: string;
  readonly kind: string;
  readonly award: string | null;
  readonly document_no: string | null;
  readonly reason: string | null;
  readonly side: 'D' | 'C';
  readonly amount_fen: bigint;
  /** Codes of the accounts on the other side, with their line where it is another one. */
  readonly counterpart: string | null;
}

/** A stretch of an account's postings. */
export interface LedgerStretch {
  /** Versions in the order asked for; empty: there are no more. */
  readonly versions: readonly bigint[];
  /** Business date of the latest of them; null: there are none. */
  readonly last_on: string | null;
}

const BEHIND: Readonly<Record<LedgerOrder, string>> = {
  effective: '(n.effective_on, n.version) > ($8::date, $4)',
  recorded: 'n.version > $4',
};

const ORDER: Readonly<Record<LedgerOrder, string>> = { effective: 'n.effective_on, n.version', recorded: 'n.version' };

/**
 * The next stretch of an account behind a posting, up to a version. No index holds business dates, which each posting would have to pay
 * for: by date, all postings of the account are read through and sorted for each stretch. Ask for long ones; they are numbers alone.
 */
export async function nextStretch(
  sql: Sql,
  asked: {
    fundId: number;
    accountId: number;
    lastVersion: bigint;
    after: { version: bigint; effectiveOn: string };
    /** First and last day; null: no bound. */
    from: string | null;
    to: string | null;
    order: LedgerOrder;
    limit: number;
  },
): Promise<LedgerStretch> {
  const { fundId, accountId, lastVersion, after, from, to, order, limit } = asked;
  const values = [fundId, accountId, lastVersion, after.version, from, to, limit];
  const [stretch] = await sql.rows<LedgerStretch>(
    `SELECT coalesce(array_agg(n.version ORDER BY ${ORDER[order]}), '{}') AS versions, max(n.effective_on) AS last_on
       FROM (SELECT n.version, n.effective_on FROM posting n
              WHERE n.fund_id = $1 AND n.account_id = $2 AND n.version <= $3 AND ${BEHIND[order]} 
                AND n.effective_on BETWEEN coalesce($5::date, '-infinity') AND coalesce($6::date, 'infinity')
              ORDER BY ${ORDER[order]} LIMIT $7) n`,
    order === 'effective' ? [...values, after.effectiveOn] : values,
  );
  return stretch ?? { versions: [], last_on: null };
}

const POSTINGS = `SELECT p.version, p.effective_on, p.recorded_at, p.entry_id, p.side, p.amount_fen,
                e.kind, w.number AS award, e.document_no, e.reason,
                (SELECT string_agg(DISTINCT oa.code || coalesce(' ' || ol.code, ''), ', ')
                   FROM posting o
                   JOIN account oa ON oa.fund_id = o.fund_id AND oa.id = o.account_id
                   LEFT JOIN programme_line ol ON ol.fund_id = oa.fund_id AND ol.id = oa.line_id AND ol.id IS DISTINCT FROM a.line_id
                  WHERE o.fund_id = p.fund_id AND o.entry_id = p.entry_id AND o.side <> p.side
                    AND (oa.code >= 8000) = (a.code >= 8000)) AS counterpart
           FROM unnest($3::bigint[]) WITH ORDINALITY AS wanted (version, place)
           JOIN posting p ON p.fund_id = $1 AND p.account_id = $2 AND p.version = wanted.version
           JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
           JOIN journal_entry e ON e.fund_id = p.fund_id AND e.id = p.entry_id
           LEFT JOIN award w ON w.fund_id = e.fund_id AND w.id = e.award_id
          ORDER BY wanted.place`;

/** Postings of an account by their versions, in the order given. */
export async function postingsAt(
  sql: Sql,
  fundId: number,
  accountId: number,
  versions: readonly bigint[],
): Promise<LedgerPostingRow[]> {
  return sql.rows<LedgerPostingRow>(POSTINGS, [fundId, accountId, versions]);
}
