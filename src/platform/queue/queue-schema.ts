import { runMigrations } from 'bullmq';
import type pg from 'pg';

/** Schema of the queue's tables (BullMQ on PostgreSQL). */
export const QUEUE_SCHEMA = 'bullmq';
/** The product's one queue. */
export const QUEUE_NAME = 'jobs';

/** Brings BullMQ's schema up to date, as its owner. */
export async function migrateQueue(owner: pg.Client): Promise<void> {
  await runMigrations(owner, QUEUE_SCHEMA);
  // BullMQ makes a queue's id sequence on its first job, which the run-time role has no right to.
  await owner.query(`SELECT ${QUEUE_SCHEMA}.next_job_id($1)`, [QUEUE_NAME]);
}
