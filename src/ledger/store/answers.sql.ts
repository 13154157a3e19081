import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import type { Pipeline } from './write/pipeline.js';

/** Fastest: of the 733 bytes of an award's answer a page of 500 keeps 85, in 3 µs each; alone it would keep 485. */
const LEVEL = 1;

const INSERT_PAGE: Statement = {
  name: 'ledger.insert-answer-page',
  text: 'INSERT INTO answer_page (fund_id, id, texts, recorded_at) VALUES ($1, $2, $3, $4)',
};

/** Keeps the answers of a transaction, JSON texts, as one page. */
export function sendAnswers(
  writes: Pipeline,
  at: { readonly fundId: number; readonly recordedAt: Date },
  pageId: string,
  texts: readonly string[],
): void {
  // JSON holds no line break of its own.
  const bytes = deflateRawSync(Buffer.from(texts.join('\n')), { level: LEVEL });
  writes.send(INSERT_PAGE, [at.fundId, pageId, bytes, at.recordedAt]);
}

const READ_PAGES: Statement = {
  name: 'ledger.read-answer-pages',
  plannedEachTime: true,
  text: 'SELECT id, texts FROM answer_page WHERE fund_id = $1 AND id = ANY ($2::uuid[])',
};

/** Pages of earlier answers by id, each with its texts in order. */
export async function readAnswers(
  sql: Sql,
  fundId: number,
  pageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (pageIds.length === 0) return new Map();
  const rows = await sql.rows<{ id: string; texts: Buffer }>(READ_PAGES, [fundId, uuids([...new Set(pageIds)], rowAsValue)]);
  return new Map(rows.map((row) => [row.id, inflateRawSync(row.texts).toString('utf8').split('\n')]));
}
