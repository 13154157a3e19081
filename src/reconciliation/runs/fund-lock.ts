import pg from 'pg';
import type { Sql, Statement } from '../../platform/database/database.js';

/** First key of the advisory lock of a fund's reconciliation ('FLRC'). */
const LOCK_CLASS = 0x464c5243;
/** Milliseconds that a run waits for another of its fund; then its job is tried again later. */
const WAIT_MS = 120_000;

/**
 * Runs of one fund follow one another. The lock belongs to a connection of its own, so that a killed worker leaves none behind and
 * runs that wait take nothing from the pool.
 */
export async function withFundLock<T>(databaseUrl: string, fundId: number, work: () => Promise<T>): Promise<T> {
  const holder = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'fund-ledger-reconciliation',
    lock_timeout: WAIT_MS,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // If the connection breaks, the lock is gone and two runs may overlap: every run tolerates that, so the work is not broken off.
  holder.on('error', () => undefined);
  await holder.connect();
  try {
    await holder.query('SELECT pg_advisory_lock($1, $2)', [LOCK_CLASS, fundId]);
    return await work();
  } finally {
    await holder.end().catch(() => undefined);
  }
}

const LOCKED: Statement = {
  name: 'reconciliation.locked-funds',
  text: `
    SELECT objid::integer AS "fundId"
      FROM pg_locks
     WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objsubid = 2 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
};

/** Funds that are being reconciled now, by any process. */
export async function lockedFunds(sql: Sql): Promise<ReadonlySet<number>> {
  return new Set((await sql.rows<{ fundId: number }>(LOCKED)).map((row) => row.fundId));
}
