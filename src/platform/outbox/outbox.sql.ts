import type { Sql, Statement, Tx } from '../database/database.js';

/** What is announced: `posted`: something was posted to a year, or what its postings are checked by has changed. */
export type Topic = 'posted';

/** A year of a fund that an announcement is about. What happened there is read from the journal. */
export interface TouchedYear {
  readonly fundId: number;
  readonly fiscalYear: number;
}

/** Who is told of a topic, as its room declares it. */
export interface ConsumerDeclaration {
  readonly topic: Topic;
  /** Unique. */
  readonly consumer: string;
}

/** Rows that one pass of the relay takes. */
const PASS_LIMIT = 5_000;
/** Seconds after which a row whose job was lost is relayed again. */
export const RELAY_AGAIN_SECONDS = 30;

/**
 * The one way in. $1 topic, $2 fund, $3 fiscal years, $4 when (null: now): a row for each consumer of the topic, so that each takes its own.
 * A cursor over the rows' ids would step over those that commit late; a row of one's own can't be stepped over.
 */
export const ANNOUNCE: Statement = {
  name: 'outbox.announce',
  text: `INSERT INTO outbox (topic, consumer, fund_id, fiscal_year, recorded_at)
         SELECT c.topic, c.consumer, $2::integer, v.year, coalesce($4::timestamptz, now())
           FROM outbox_consumer c CROSS JOIN unnest($3::integer[]) AS v (year) WHERE c.topic = $1 ORDER BY c.consumer, v.year`,
};

/** Announces that years were touched, in the transaction that touched them. */
export async function announce(tx: Tx, topic: Topic, fundId: number, fiscalYears: readonly number[]): Promise<void> {
  await tx.rows(ANNOUNCE, [topic, fundId, fiscalYears, null]);
}

/** A consumer's row. */
export interface WaitingRow extends TouchedYear {
  readonly id: bigint;
  readonly consumer: string;
}

const LOCK_WAITING: Statement = {
  name: 'outbox.lock-waiting',
  text: `
    SELECT id, consumer, fund_id AS "fundId", fiscal_year AS "fiscalYear"
      FROM outbox
     WHERE (relayed_at IS NULL OR relayed_at < now() - make_interval(secs => $1)) AND consumer = ANY ($2::text[])
     ORDER BY id
     LIMIT ${PASS_LIMIT}
       FOR UPDATE SKIP LOCKED`,
};

/** Rows of these consumers that wait for a job, locked; rows that another relay holds are left to it. */
export async function lockWaiting(tx: Tx, againAfterSeconds: number, consumers: readonly string[]): Promise<WaitingRow[]> {
  return tx.rows(LOCK_WAITING, [againAfterSeconds, consumers]);
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
  text: 'SELECT take_outbox($1, $2, $3) AS taken',
};

/**
 * A consumer takes a year's rows, in a transaction that it commits before it reads the ledger: what is posted later leaves rows of its
 * own. Answers how many there were.
 */
export async function takeOutbox(tx: Tx, consumer: string, year: TouchedYear): Promise<number> {
  const [answer] = await tx.rows<{ taken: number }>(TAKE, [consumer, year.fundId, year.fiscalYear]);
  return answer?.taken ?? 0;
}

const COUNT: Statement = { name: 'outbox.count', text: 'SELECT count(*)::int AS waiting FROM outbox' };

/** Rows that no worker has taken yet, for metrics. */
export async function countOutbox(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ waiting: number }>(COUNT);
  return row?.waiting ?? 0;
}
