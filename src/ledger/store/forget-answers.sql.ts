import type { Sql, Statement } from '../../platform/database/database.js';

/** Rows deleted by one statement: some 10 ms, between which others write. */
export const PIECE = 1_000;

const FORGET_KEYS: Statement = { name: 'ledger.forget-keys', text: 'SELECT forget_keys($1) AS rows' };
const FORGET_PAGES: Statement = { name: 'ledger.forget-answer-pages', text: 'SELECT forget_answer_pages($1) AS rows' };

/** Forgets a piece of the keys and answers that need be known no longer. Answers how many rows; less than two pieces: it is done. */
export async function forgetPiece(sql: Sql): Promise<{ readonly keys: number; readonly pages: number }> {
  return { keys: await forget(sql, FORGET_KEYS), pages: await forget(sql, FORGET_PAGES) };
}

async function forget(sql: Sql, statement: Statement): Promise<number> {
  const [answer] = await sql.rows<{ rows: number }>(statement, [PIECE]);
  return answer?.rows ?? 0;
}
