import type { Sql, Statement, Tx } from '../../database/database.js';

/** A request that was answered with success. `answer` is null where the ledger answers from its entry. */
export interface StoredAnswer {
  readonly requestHash: string;
  readonly status: number | null;
  /** JSON text. */
  readonly answer: string | null;
}

/** A request's key and digest. */
export interface KeyRow {
  readonly fundId: number;
  readonly keyHash: string;
  readonly requestHash: string;
}

const LOCK_TIMEOUT: Statement = { name: 'http.lock-timeout', text: `SELECT set_config('lock_timeout', $1, true)` };

const LOCK: Statement = { name: 'http.lock-key', text: `SELECT pg_advisory_xact_lock($1)` };

const KEEP: Statement = {
  name: 'http.keep-answer',
  text: `
INSERT INTO idempotency_key (fund_id, key_hash, request_hash, status, answer) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true AS kept`,
};

const FIND: Statement = {
  name: 'http.find-answer',
  text: `SELECT replace(request_hash::text, '-', '') AS "requestHash", status, answer #>> '{}' AS answer FROM idempotency_key WHERE fund_id = $1 AND key_hash = $2`,
};

const LOCK_HEX_DIGITS = 16;

/**
 * Holds the key to itself until the transaction ends. Waits at most `waitMs` for another transaction that holds it (then 55P03); the
 * work after it waits for locks at most `thenMs`.
 */
export async function lockKey(
  tx: Tx,
  { keyHash }: KeyRow,
  timeout: { readonly waitMs: number; readonly thenMs: number },
): Promise<void> {
  const lock = BigInt.asIntN(64, BigInt(`0x${keyHash.replaceAll('-', '').slice(0, LOCK_HEX_DIGITS)}`));
  await tx.rows(LOCK_TIMEOUT, [`${timeout.waitMs}ms`]);
  await tx.rows(LOCK, [lock.toString()]);
  await tx.rows(LOCK_TIMEOUT, [`${timeout.thenMs}ms`]);
}

/** Keeps the answer under the key, in the transaction that did the work; false when the ledger has taken the key meanwhile. */
export async function keepAnswer(tx: Tx, row: KeyRow, status: number, body: unknown): Promise<boolean> {
  // As a text inside of jsonb, which would give an object's members back in an order of its own.
  const answer = JSON.stringify(JSON.stringify(body ?? null));
  const kept = await tx.rows<{ kept: boolean }>(KEEP, [row.fundId, row.keyHash, row.requestHash, status, answer]);
  return kept.length === 1;
}

/** The answer kept under a key, or null. */
export async function findAnswer(sql: Sql, row: KeyRow): Promise<StoredAnswer | null> {
  const [found] = await sql.rows<StoredAnswer>(FIND, [row.fundId, row.keyHash]);
  return found ?? null;
}
