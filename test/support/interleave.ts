import type { Sql } from '../../src/platform/database/database.js';

/** Waits until the work is through, or some session of this database waits for a lock. */
export async function throughOrWaiting(sql: Sql, work: Promise<unknown>): Promise<void> {
  const outcome = { isThrough: false };
  const through = (): void => void (outcome.isThrough = true);
  work.then(through, through);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (outcome.isThrough) return;
    const [{ waiting } = { waiting: 0 }] = await sql.rows<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (waiting > 0) return;
  }
}
