import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Sql } from '../database/database.js';
import { OperatorError } from '../operator-error.js';
import { keyIdOf, seal, unseal } from './seal.js';

interface SealedRow {
  readonly keyId: string | null;
  readonly sealed: Buffer | null;
}

const READ = 'SELECT key_id AS "keyId", sealed FROM sealed_secret';

/** Bytes of a new secret. */
const SECRET_BYTES = 48;

/**
 * The secret under which stored digests are made. Throws OperatorError when the database's is sealed under another SECRET_KEY: with it
 * every person would be a new one, and one subsidy a year would be two.
 */
export async function readSecret(sql: Sql, secretKey: string): Promise<string> {
  const [row] = await sql.rows<SealedRow>(READ);
  return opened(row, secretKey);
}

/** Seals the database's secret, as its owner: a new one in a new database, SECRET_KEY itself in one from before. Done already: nothing. */
export async function sealOnce(owner: pg.Client, secretKey: string): Promise<void> {
  await owner.query('INSERT INTO sealed_secret (key_id, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    keyIdOf(secretKey),
    seal(randomBytes(SECRET_BYTES).toString('base64url'), secretKey),
  ]);
  await owner.query('UPDATE sealed_secret SET key_id = $1, sealed = $2, sealed_at = now() WHERE sealed IS NULL', [
    keyIdOf(secretKey),
    seal(secretKey, secretKey),
  ]);
  const { rows } = await owner.query<SealedRow>(READ);
  opened(rows[0], secretKey);
}

/** Seals the same secret under another SECRET_KEY, as the owner. Answers the ids of both keys. Throws OperatorError when the present one isn't right. */
export async function sealAnew(owner: pg.Client, present: string, next: string): Promise<{ from: string; to: string }> {
  await owner.query('BEGIN');
  try {
    const { rows } = await owner.query<SealedRow>(`${READ} FOR UPDATE`);
    const secret = opened(rows[0], present);
    await owner.query('UPDATE sealed_secret SET key_id = $1, sealed = $2, sealed_at = now()', [
      keyIdOf(next),
      seal(secret, next),
    ]);
    await owner.query('COMMIT');
    return { from: keyIdOf(present), to: keyIdOf(next) };
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}

function opened(row: SealedRow | undefined, secretKey: string): string {
  const sealed = row?.sealed ?? null;
  if (sealed === null) throw new OperatorError('The database has no sealed secret yet: run `npm run fund -- migrate` first');
  const secret = unseal(sealed, secretKey);
  if (secret !== null) return secret;
  throw new OperatorError(
    `SECRET_KEY (id ${keyIdOf(secretKey)}) is not the one of this database (id ${row?.keyId ?? 'none'}): set that one, or change it with \`npm run fund -- rotate-key\``,
  );
}
