import { setTimeout } from 'node:timers/promises';
import type { Sql, Statement } from '../../platform/database/database.js';

// Recorded instants are milliseconds, rounded, and lie after the start of their transaction. So whatever is recorded strictly before
// the millisecond in which the oldest running transaction began, or in which this statement began, is committed by now.
const SETTLED_INSTANT: Statement = {
  name: 'budget.settled-instant',
  text: `SELECT least($1::timestamptz,
                      date_trunc('milliseconds', least(statement_timestamp(), (
                        SELECT min(xact_start) FROM pg_stat_activity
                         WHERE datname = current_database() AND usename = current_user AND backend_xid IS NOT NULL
                           AND pid <> pg_backend_pid()))) - interval '1 millisecond') AS at,
                $1::timestamptz <= statement_timestamp() AS past`,
};

/** How long an instant that has come is waited for to settle, and how often it is looked at, milliseconds. */
const SETTLING_MS = 1_000;
const LOOK_MS = 5;

/**
 * The latest instant, at most the one given, at which nothing can still be recorded: an answer for it stays true. Who asks as of what was
 * recorded a moment ago waits until it has settled, for a second at most. Read the balances in a later statement than this one.
 */
export async function settledInstant(sql: Sql, wanted: Date): Promise<Date> {
  const until = performance.now() + SETTLING_MS;
  for (;;) {
    const [row] = await sql.rows<{ at: Date; past: boolean }>(SETTLED_INSTANT, [wanted]);
    if (row === undefined) throw new Error('The database did not tell the time');
    if (!row.past || row.at >= wanted || performance.now() > until) return row.at;
    await setTimeout(LOOK_MS);
  }
}
