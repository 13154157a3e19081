import type { Statement, Tx } from '../../database/database.js';

/** A request that was answered with success. `answer` is null where the ledger answers from its entry. */
export interface StoredAnswer {
  readonly requestHash: string;
  readonly status: number | null;
  readonly answer: unknown;
}

/** Row that takes a key, before the work is done. */
export interface KeyRow {
  readonly fundId: number;
  readonly keyHash: string;
  readonly requestHash: string;
}

const WAIT: Statement = { name: 'http.wait-for-key', text: `SELECT set_config('lock_timeout', $1, true)` };

const TAKE: Statement = {
  name: 'http.take-key',
  text: `
INSERT INTO idempotency_key (fund_id, key_hash, request_hash) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING true AS taken`,
};

const ANSWER: Statement = {
  name: 'http.answer-key',
  text: `UPDATE idempotency_key SET status = $3, answer = $4 WHERE fund_id = $1 AND key_hash = $2`,
};

const FIND: Statement = {
  name: 'http.find-key',
  text: `SELECT replace(request_hash::text, '-', '') AS "requestHash", status, answer FROM idempotency_key WHERE fund_id = $1 AND key_hash = $2`,
};

/**
 * Takes the key for this transaction. Waits at most `waitMs` for another transaction that holds it (then 55P03); the work after it
 * waits for locks at most `thenMs`.
 */
export async function takeKey(tx: Tx, row: KeyRow, lockTimeout: { readonly waitMs: number; readonly thenMs: number }): Promise<boolean> {
  await tx.rows(WAIT, [`${lockTimeout.waitMs}ms`]);
  const taken = await tx.rows<{ taken: boolean }>(TAKE, [row.fundId, row.keyHash, row.requestHash]);
  await tx.rows(WAIT, [`${lockTimeout.thenMs}ms`]);
  return taken.length === 1;
}

/** Keeps the answer beside the key, in the transaction that did the work. */
export async function keepAnswer(tx: Tx, row: KeyRow, status: number, body: unknown): Promise<void> {
  await tx.rows(ANSWER, [row.fundId, row.keyHash, status, JSON.stringify(body ?? null)]);
}

/** The answer kept under a key, or null. */
export async function findAnswer(sql: Tx, row: KeyRow): Promise<StoredAnswer | null> {
  const [found] = await sql.rows<StoredAnswer>(FIND, [row.fundId, row.keyHash]);
  return found ?? null;
}
