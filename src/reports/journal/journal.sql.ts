import { documentKey, entrySeenBy, OPEN_OVERRIDES } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { VOUCHER_COLUMNS, VOUCHER_JOINS, type VoucherRow } from './voucher.js';

/** A journal entry as it is stored, with what its references are called. */
export interface EntryRow extends VoucherRow {
  readonly id: string;
  readonly fund_id: number;
  readonly fund: string;
  readonly line: string | null;
  readonly award_id: string | null;
  readonly award_number: string | null;
  readonly amount_fen: bigint;
  readonly effective_on: string;
  readonly recorded_at: Date;
  readonly reason: string | null;
  readonly recorded_by: string | null;
  readonly approval: EntryApproval | null;
}

/** Who agreed to an entry (domain §3, Approvals), in order. */
export interface EntryApproval {
  readonly id: string;
  readonly agreed: readonly {
    readonly by: string;
    readonly at: string;
    readonly reason: string | null;
    readonly previewHash: string;
  }[];
}

/** What chooses journal entries; what is undefined doesn't narrow. */
export interface EntryFilter {
  readonly id?: string | undefined;
  readonly fund?: string | undefined;
  readonly fiscalYear?: number | undefined;
  readonly account?: string | undefined;
  readonly line?: string | undefined;
  readonly award?: string | undefined;
  /** Id of the approval by which they were posted. */
  readonly approval?: string | undefined;
  readonly kind?: string | undefined;
  /** Number of the document, however it is spelt. */
  readonly documentNo?: string | undefined;
  /** Code of an agency that leads the entry's line. */
  readonly agency?: string | undefined;
  /** Entries of overrides that run out on or before this day while their line still needs them. */
  readonly overrideExpiresBy?: string | undefined;
  /** Bounds on the business date, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A condition on an entry `e`, in which `?` stands for its value. */
const CONDITIONS: Readonly<Record<Exclude<keyof EntryFilter, 'fund'>, string>> = {
  id: 'e.id = ?',
  fiscalYear: 'e.fiscal_year = ?',
  account: `EXISTS (SELECT FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
                     WHERE p.fund_id = e.fund_id AND p.entry_id = e.id AND a.code = ?::smallint)`,
  line: `(e.line_id = (SELECT l.id FROM programme_line l WHERE l.fund_id = e.fund_id AND l.code = ?) OR e.details ->> 'toLine' = ?)`,
  award: 'e.award_id = ?',
  approval: 'e.approval_id = ?',
  kind: 'e.kind = ?',
  documentNo: `e.document_no IS NOT NULL AND ${documentKey('e.document_no')} = ${documentKey('?::text')}`,
  // The lines that it leads are looked up once, not for each entry.
  agency: `(e.line_id = ANY (ARRAY(SELECT l.id FROM programme_line l WHERE l.fund_id = f.id AND ?::text = ANY (l.lead_agencies)))
            OR e.details ->> 'toLine' = ANY (ARRAY(SELECT l.code FROM programme_line l WHERE l.fund_id = f.id AND ?::text = ANY (l.lead_agencies))))`,
  overrideExpiresBy: `e.id = ANY (ARRAY(SELECT o.entry_id FROM ${OPEN_OVERRIDES} o WHERE o.fund_id = f.id AND o.expires_on <= ?::date))`,
  from: 'e.effective_on >= ?',
  to: 'e.effective_on <= ?',
};

/** Who agreed to the entry `e`, on the preview that was approved. */
const AGREED = `(
  SELECT jsonb_agg(jsonb_build_object('by', c.username, 'at', d.decided_at, 'reason', d.reason, 'previewHash', d.preview_hash) ORDER BY d.decided_at, d.decided_by)
    FROM approval a
    JOIN approval_decision d ON d.fund_id = a.fund_id AND d.approval_id = a.id AND d.preview_hash = a.preview_hash
    JOIN app_user c ON c.id = d.decided_by
   WHERE a.fund_id = e.fund_id AND a.id = e.approval_id)`;

/**
 * Entries that the agencies see (null: all), newest first, before an id (null: from the newest). Each fund is read by itself from the end of its
 * index, so that a page costs a page, however long the journal is. The text is put together from fixed parts; values are parameters.
 */
export async function entries(
  sql: Sql,
  agencies: readonly string[] | null,
  filter: EntryFilter,
  before: string | null,
  limit: number,
): Promise<EntryRow[]> {
  const values: unknown[] = [];
  const bind = (condition: string, value: unknown): string => {
    values.push(value);
    return condition.replaceAll('?', `$${values.length}`);
  };
  const conditions = ['e.fund_id = f.id'];
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value: unknown = Object.entries(filter).find(([key]) => key === name)?.[1];
    if (value !== undefined) conditions.push(bind(condition, value));
  }
  if (before !== null) conditions.push(bind('e.id < ?', before));
  if (agencies !== null) conditions.push(bind(entrySeenBy('?'), agencies));
  const ofFund = filter.fund === undefined ? 'true' : bind('f.code = ?', filter.fund);
  const atMost = bind('?', limit);
  return sql.rows<EntryRow>(
    `SELECT e.id, e.fund_id, f.code AS fund, l.code AS line, e.award_id, w.number AS award_number, e.amount_fen,
            e.effective_on, e.recorded_at, e.reason, u.username AS recorded_by, ${VOUCHER_COLUMNS},
            CASE WHEN e.approval_id IS NOT NULL THEN jsonb_build_object('id', e.approval_id, 'agreed', ${AGREED}) END AS approval
       FROM fund f
      CROSS JOIN LATERAL (SELECT * FROM journal_entry e WHERE ${conditions.join(' AND ')} ORDER BY e.id DESC LIMIT ${atMost}) e
       LEFT JOIN programme_line l ON l.fund_id = e.fund_id AND l.id = e.line_id
       ${VOUCHER_JOINS}
       LEFT JOIN app_user u ON u.id = e.actor_id
      WHERE ${ofFund}
      ORDER BY e.id DESC LIMIT ${atMost}`,
    values,
  );
}

/** One leg of an entry. */
export interface PostingRow {
  readonly entry_id: string;
  readonly account: number;
  readonly line: string | null;
  readonly side: 'D' | 'C';
  readonly amount_fen: bigint;
  readonly balance_after: bigint;
  readonly version: bigint;
}

/** $1 funds, $2 entries: the legs of each, debits first. Looked up by entry: a plain join the planner may answer by reading whole accounts. */
const POSTINGS: Statement = {
  name: 'reports.postings-of-entries',
  plannedEachTime: true,
  text: `SELECT p.entry_id, a.code AS account, l.code AS line, p.side, p.amount_fen, p.balance_after, p.version
           FROM unnest($1::integer[], $2::uuid[]) AS w (fund_id, entry_id)
          CROSS JOIN LATERAL (SELECT * FROM posting WHERE fund_id = w.fund_id AND entry_id = w.entry_id OFFSET 0) p
           JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
           LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          ORDER BY p.side DESC, a.code, l.position, p.version`,
};

/** Postings of a page of entries in one statement, by entry, debits first. */
export async function postingsOf(
  sql: Sql,
  of: readonly Pick<EntryRow, 'fund_id' | 'id'>[],
): Promise<ReadonlyMap<string, readonly PostingRow[]>> {
  const columns = [of.map((entry) => entry.fund_id), of.map((entry) => entry.id)];
  const rows = of.length === 0 ? [] : await sql.rows<PostingRow>(POSTINGS, columns);
  const byEntry = new Map<string, PostingRow[]>(of.map(({ id }) => [id, []]));
  for (const row of rows) byEntry.get(row.entry_id)?.push(row);
  return byEntry;
}
