import type { Sql, Statement } from '../../platform/database/database.js';

/** Days for which a request is known again by its key (api.md, Writes). */
const KEPT_DAYS = 400;
/** Rows deleted by one statement: some 10 ms, between which others write. */
export const PIECE = 1_000;

const FORGET_KEYS: Statement = {
  name: 'ledger.forget-keys',
  text: `
    DELETE FROM idempotency_key k
     USING (SELECT fund_id, key_hash FROM idempotency_key WHERE recorded_at < now() - make_interval(days => $1) LIMIT $2) old
     WHERE k.fund_id = old.fund_id AND k.key_hash = old.key_hash
    RETURNING 1`,
};

/** A day later than its keys, so that no key ever points to a page that is gone. */
const FORGET_PAGES: Statement = {
  name: 'ledger.forget-answer-pages',
  text: `
    DELETE FROM answer_page p
     USING (SELECT fund_id, id FROM answer_page WHERE recorded_at < now() - make_interval(days => $1 + 1) LIMIT $2) old
     WHERE p.fund_id = old.fund_id AND p.id = old.id
    RETURNING 1`,
};

/** Forgets a piece of the keys and answers that need be known no longer. Answers how many rows; less than two pieces: it is done. */
export async function forgetPiece(sql: Sql): Promise<{ readonly keys: number; readonly pages: number }> {
  const keys = (await sql.rows(FORGET_KEYS, [KEPT_DAYS, PIECE])).length;
  const pages = (await sql.rows(FORGET_PAGES, [KEPT_DAYS, PIECE])).length;
  return { keys, pages };
}
