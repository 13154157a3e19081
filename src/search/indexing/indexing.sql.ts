import { integers, rowAsValue, texts, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import type { Kind } from '../kinds.js';

/** 'FLSI': only one process at a time brings the index up to date, so that no older text is written over a newer one. */
const TRY_LOCK: Statement = {
  name: 'search.try-lock',
  text: `SELECT pg_try_advisory_xact_lock(x'464c5349'::integer, 0) AS ours`,
};

/** Whether this transaction may bring the index up to date; if not, another process is at it. */
export async function tryIndexLock(tx: Tx): Promise<boolean> {
  const [row] = await tx.rows<{ ours: boolean }>(TRY_LOCK);
  return row?.ours === true;
}

const WAITS: Statement = { name: 'search.waits', text: 'SELECT EXISTS (SELECT FROM unindexed) AS waits' };

const ONE_SNAPSHOT: Statement = { name: 'search.one-snapshot', text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' };

/**
 * First in the transaction: what is taken, and the texts of awards and enterprises that are read for it, are of one moment. What is written
 * meanwhile leaves rows of its own. Throws 40001 where another process has just ended its pass.
 */
export async function readOneSnapshot(tx: Tx): Promise<void> {
  await tx.rows(ONE_SNAPSHOT);
}

/** Whether anything waits to be indexed. */
export async function somethingWaits(sql: Sql): Promise<boolean> {
  const [row] = await sql.rows<{ waits: boolean }>(WAITS);
  return row?.waits === true;
}

const BEHIND: Statement = {
  name: 'search.behind',
  text: 'SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8 AS seconds FROM unindexed',
};

/** For how many seconds the oldest of what waits has been waiting; 0: nothing waits. */
export async function secondsBehind(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ seconds: number }>(BEHIND);
  return row?.seconds ?? 0;
}

/** What was written and is not indexed yet. */
export interface Unindexed {
  readonly fundId: number;
  readonly entryIds: readonly string[];
  readonly awardIds: readonly string[];
  readonly enterpriseIds: readonly string[];
}

const TAKE: Statement = {
  name: 'search.take-unindexed',
  text: `SELECT fund_id AS "fundId", entry_ids AS "entryIds", award_ids AS "awardIds", enterprise_ids AS "enterpriseIds" FROM take_unindexed($1)`,
};

/** Takes the oldest of what waits, in a transaction that reads what it is about afterwards. */
export function takeUnindexed(tx: Tx, most: number): Promise<Unindexed[]> {
  return tx.rows<Unindexed>(TAKE, [most]);
}

/** Something that is found, and by which fields. */
export interface Document {
  readonly kind: Kind;
  readonly id: string;
  /** 0: of no year, of no line. */
  readonly fiscalYear: number;
  readonly lineId: number;
  readonly fields: readonly (string | null)[];
}

/** $1 fund, $2 entries: those that name a document, what was paid, whose awards they are, and whom they merge. */
const ENTRIES: Statement = {
  name: 'search.entries',
  plannedEachTime: true,
  text: `SELECT e.id, e.kind, e.fiscal_year AS "fiscalYear", coalesce(e.line_id, 0) AS "lineId", e.award_id AS "awardId", e.document_no AS "documentNo",
                ARRAY[e.details -> 'enterprise' ->> 'id', e.details -> 'into' ->> 'id', e.details -> 'from' ->> 'id'] AS parties
           FROM unnest($2::uuid[]) AS w (id) CROSS JOIN LATERAL (SELECT * FROM journal_entry WHERE fund_id = $1 AND id = w.id LIMIT 1) e`,
};

/** An entry as far as the index needs it. */
export interface IndexedEntry {
  readonly id: string;
  readonly kind: string;
  readonly fiscalYear: number;
  readonly lineId: number;
  readonly awardId: string | null;
  readonly documentNo: string | null;
  /** Of a merger or an external award: whom it names. */
  readonly parties: readonly (string | null)[];
}

export function readEntries(tx: Tx, fundId: number, ids: readonly string[]): Promise<IndexedEntry[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.rows<IndexedEntry>(ENTRIES, [fundId, uuids(ids, rowAsValue)]);
}

/** Name and codes of an enterprise `e`, of what it was merged into, and under what else it was named. */
const ENTERPRISE_FIELDS = `ARRAY[e.name, e.credit_code, e.organization_code, r.name, r.credit_code, r.organization_code]
  || ARRAY(SELECT value FROM enterprise_alias WHERE fund_id = $1 AND enterprise_id = e.id ORDER BY recorded_at, kind, value)`;
const ROOT =
  'LEFT JOIN LATERAL (SELECT name, credit_code, organization_code FROM enterprise WHERE fund_id = $1 AND id = e.root_id LIMIT 1) r ON true';

/** $1 fund, $2 awards. */
const AWARDS: Statement = {
  name: 'search.awards',
  plannedEachTime: true,
  text: `SELECT 'award' AS kind, a.id, a.fiscal_year AS "fiscalYear", a.line_id AS "lineId", a.enterprise_id AS "enterpriseId",
                ARRAY[a.number, p.title, p.code, a.approval_ref] || ${ENTERPRISE_FIELDS}
                || ARRAY(SELECT document_no FROM journal_entry WHERE fund_id = $1 AND award_id = a.id AND document_no IS NOT NULL ORDER BY id)
                || ARRAY(SELECT details ->> 'receiptRef' FROM journal_entry WHERE fund_id = $1 AND award_id = a.id AND kind = 'recovery' ORDER BY id)
                || ARRAY(SELECT v FROM payment, unnest(ARRAY[payment_ref, voucher_no]) AS v WHERE fund_id = $1 AND award_id = a.id ORDER BY id) AS fields
           FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT * FROM award WHERE fund_id = $1 AND id = w.id LIMIT 1) a
          CROSS JOIN LATERAL (SELECT * FROM enterprise WHERE fund_id = $1 AND id = a.enterprise_id LIMIT 1) e
          CROSS JOIN LATERAL (SELECT title, code FROM project WHERE fund_id = $1 AND id = a.project_id LIMIT 1) p ${ROOT}`,
};

export function awardDocuments(tx: Tx, fundId: number, ids: readonly string[]): Promise<(Document & { enterpriseId: string })[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.rows(AWARDS, [fundId, uuids(ids, rowAsValue)]);
}

/** $1 fund, $2 enterprises: they, and those that were merged into them. */
const ENTERPRISES: Statement = {
  name: 'search.enterprises',
  plannedEachTime: true,
  text: `SELECT 'enterprise' AS kind, e.id, 0 AS "fiscalYear", 0 AS "lineId", ${ENTERPRISE_FIELDS} AS fields
           FROM (SELECT id FROM unnest($2::uuid[]) AS w (id)
                 UNION SELECT id FROM enterprise WHERE fund_id = $1 AND root_id = ANY ($2::uuid[])) w
          CROSS JOIN LATERAL (SELECT * FROM enterprise WHERE fund_id = $1 AND id = w.id LIMIT 1) e ${ROOT}`,
};

export function enterpriseDocuments(tx: Tx, fundId: number, ids: readonly string[]): Promise<Document[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.rows<Document>(ENTERPRISES, [fundId, uuids(ids, rowAsValue)]);
}

/** $1 fund, $2 payments. */
const PAYMENTS: Statement = {
  name: 'search.payments',
  plannedEachTime: true,
  text: `SELECT 'payment' AS kind, p.id, p.fiscal_year AS "fiscalYear", p.line_id AS "lineId", ARRAY[p.payment_ref, p.voucher_no, p.payee_name] AS fields
           FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT * FROM payment WHERE fund_id = $1 AND id = w.id LIMIT 1) p`,
};

export function paymentDocuments(tx: Tx, fundId: number, ids: readonly string[]): Promise<Document[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.rows<Document>(PAYMENTS, [fundId, uuids(ids, rowAsValue)]);
}

/** $1 fund, $2 enterprises whose texts changed, $3 ids to a row: their awards say so in theirs. */
const PUT_BACK: Statement = {
  name: 'search.put-awards-back',
  text: `INSERT INTO unindexed (fund_id, award_ids)
         SELECT $1, array_agg(id ORDER BY id)
           FROM (SELECT id, row_number() OVER (ORDER BY id) / $3::integer AS chunk FROM award WHERE fund_id = $1 AND enterprise_id = ANY ($2::uuid[])) a
          GROUP BY chunk ORDER BY chunk`,
};

/** The awards of these enterprises wait to be indexed anew. */
export async function putAwardsBack(tx: Tx, fundId: number, enterpriseIds: readonly string[], toARow: number): Promise<void> {
  await tx.rows(PUT_BACK, [fundId, uuids(enterpriseIds, rowAsValue), toARow]);
}

const ENTERPRISE_ANEW: Statement = {
  name: 'search.enterprise-anew',
  text: 'INSERT INTO unindexed (fund_id, enterprise_ids) VALUES ($1, ARRAY[$2::uuid])',
};

/** An enterprise has another name, in the transaction that gives it. */
export async function indexEnterpriseAnew(tx: Tx, fundId: number, enterpriseId: string): Promise<void> {
  await tx.rows(ENTERPRISE_ANEW, [fundId, enterpriseId]);
}

const TEXTS: Statement = {
  name: 'search.texts',
  plannedEachTime: true,
  text: `SELECT t.kind, t.id, t.text FROM unnest($2::text[], $3::uuid[]) AS w (kind, id)
          CROSS JOIN LATERAL (SELECT kind, id, text FROM search_text WHERE fund_id = $1 AND kind = w.kind AND id = w.id LIMIT 1) t`,
};

/** A text as it is indexed. */
export interface IndexedText {
  readonly kind: Kind;
  readonly id: string;
  readonly text: string;
}

/** The texts of these that are indexed already. */
export function readTexts(tx: Tx, fundId: number, of: readonly Pick<Document, 'kind' | 'id'>[]): Promise<IndexedText[]> {
  return tx.rows<IndexedText>(TEXTS, [fundId, texts(of, ({ kind }) => kind), uuids(of, ({ id }) => id)]);
}

const WRITE_TEXTS: Statement = {
  name: 'search.write-texts',
  text: `INSERT INTO search_text (fund_id, kind, id, text) SELECT $1, v.* FROM unnest($2::text[], $3::uuid[], $4::text[]) AS v
             ON CONFLICT (fund_id, kind, id) DO UPDATE SET text = excluded.text`,
};
const WRITE_GRAMS: Statement = {
  name: 'search.write-grams',
  text: `INSERT INTO search_gram (fund_id, kind, id, grams)
         SELECT $1, v.kind, v.id, v.grams::integer[] FROM unnest($2::text[], $3::uuid[], $4::text[]) AS v (kind, id, grams)
             ON CONFLICT (fund_id, kind, id) DO UPDATE SET grams = excluded.grams`,
};
const WRITE_COUNTS: Statement = {
  name: 'search.write-counts',
  text: `INSERT INTO search_count AS c (fund_id, kind, gram, fiscal_year, line_id, texts)
         SELECT $1, v.* FROM unnest($2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[]) AS v
             ON CONFLICT (fund_id, kind, gram, fiscal_year, line_id) DO UPDATE SET texts = c.texts + excluded.texts`,
};

/** What one text is written with. */
export interface NewText extends IndexedText {
  readonly grams: readonly number[];
}

/** By how much the number of texts with a gram changes. */
export interface CountChange {
  readonly kind: Kind;
  readonly gram: number;
  readonly fiscalYear: number;
  readonly lineId: number;
  readonly by: number;
}

/** Writes texts, their grams, and the counts that these change. */
export async function writeTexts(
  tx: Tx,
  fundId: number,
  rows: readonly NewText[],
  counts: readonly CountChange[],
): Promise<void> {
  const [kinds, ids] = [texts(rows, ({ kind }) => kind), uuids(rows, ({ id }) => id)];
  await tx.rows(WRITE_TEXTS, [fundId, kinds, ids, texts(rows, ({ text }) => text)]);
  await tx.rows(WRITE_GRAMS, [fundId, kinds, ids, texts(rows, ({ grams }) => `{${grams.join(',')}}`)]);
  await tx.rows(WRITE_COUNTS, [
    fundId,
    texts(counts, ({ kind }) => kind),
    integers(counts, ({ gram }) => gram),
    integers(counts, ({ fiscalYear }) => fiscalYear),
    integers(counts, ({ lineId }) => lineId),
    integers(counts, ({ by }) => by),
  ]);
}
