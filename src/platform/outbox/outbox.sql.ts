import type { Sql, Statement, Tx } from '../database/database.js';

/** A year of a fund to which something was posted. */
export interface TouchedYear {
  readonly fundId: number;
  readonly fiscalYear: number;
}

/** Rows that one pass of the relay takes. */
const PASS_LIMIT = 5_000;
/** Seconds after which a row whose job was lost is relayed again. */
export const RELAY_AGAIN_SECONDS = 30;

const LOCK_WAITING: Statement = {
  name: 'outbox.lock-waiting',
  text: `
    SELECT id, fund_id AS "fundId", fiscal_year AS "fiscalYear"
      FROM outbox
     WHERE relayed_at IS NULL OR relayed_at < now() - make_interval(secs => $1)
     ORDER BY id
     LIMIT ${PASS_LIMIT}
       FOR UPDATE SKIP LOCKED`,
};

/** Rows that wait for a job, locked; rows that another relay holds are left to it. */
export async function lockWaiting(tx: Tx, againAfterSeconds: number): Promise<(TouchedYear & { readonly id: bigint })[]> {
  return tx.rows(LOCK_WAITING, [againAfterSeconds]);
}

const MARK_RELAYED: Statement = {
  name: 'outbox.mark-relayed',
  text: 'UPDATE outbox SET relayed_at = clock_timestamp() WHERE id = ANY ($1::bigint[])',
};

/** The rows' job is in the queue. */
export async function markRelayed(tx: Tx, ids: readonly bigint[]): Promise<void> {
  await tx.rows(MARK_RELAYED, [ids.map(String)]);
}

const TAKE: Statement = {
  name: 'outbox.take',
  text: 'DELETE FROM outbox WHERE fund_id = $1 AND fiscal_year = $2 RETURNING id',
};

/**
 * The worker takes a year's rows, in a transaction that it commits before it reads the ledger: what is posted later leaves rows of
 * its own. Answers how many there were.
 */
export async function takeOutbox(tx: Tx, year: TouchedYear): Promise<number> {
  return (await tx.rows(TAKE, [year.fundId, year.fiscalYear])).length;
}

const COUNT: Statement = { name: 'outbox.count', text: 'SELECT count(*)::int AS waiting FROM outbox' };

/** Rows that no worker has taken yet, for metrics. */
export async function countOutbox(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ waiting: number }>(COUNT);
  return row?.waiting ?? 0;
}
