import type { RequestIdentity } from '../../kernel/index.js';
import { uuids, rowAsValue } from '../../platform/database/columns.js';
import type { Sql } from '../../platform/database/database.js';
import { readAnswers } from '../store/answers.sql.js';
import type { RememberedRow } from '../store/load/load-state.js';
import { READ_KEYS } from '../store/load/read.sql.js';
import { firstKeysOf } from './job.js';

/** The answer that is kept of a request's first event, as JSON text; null: none. */
export async function keptAnswer(
  sql: Sql,
  fundId: number,
  request: RequestIdentity & { readonly sentBy: string },
): Promise<string | null> {
  const rows = await sql.rows<RememberedRow>(READ_KEYS, [fundId, uuids(firstKeysOf(request), rowAsValue)]);
  const hash = request.requestHash.replaceAll('-', '');
  for (const { request_hash: kept, page_id: pageId, page_line: line } of rows) {
    if (pageId === null || line === null || kept.replaceAll('-', '') !== hash) continue;
    const text = (await readAnswers(sql, fundId, [pageId])).get(pageId)?.[line];
    if (text !== undefined && text !== '') return text;
  }
  return null;
}
