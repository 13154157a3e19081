import type { Sql, Statement } from '../../platform/database/database.js';

const FORSAKEN: Statement = {
  name: 'reconciliation.forsaken-runs',
  text: `
    SELECT r.id, r.fund_id AS "fundId", r.fiscal_year AS "fiscalYear"
      FROM reconciliation_run r
     WHERE r.status <> 'completed' AND (r.status IN ('queued', 'running') AND coalesce(r.started_at, r.requested_at) < now() - make_interval(secs => $1)
        OR r.status = 'failed' AND r.trigger = 'write' AND r.finished_at < now() - make_interval(secs => $2)
           AND NOT EXISTS (SELECT FROM reconciliation_run later
                            WHERE later.fund_id = r.fund_id AND later.status = 'completed' AND NOT later.dry_run
                              AND later.started_at > r.finished_at AND coalesce(later.fiscal_year, r.fiscal_year) = r.fiscal_year))
     ORDER BY r.id
     LIMIT 100`,
};

/** Seconds after which a run after a write that has failed is tried again: its job's seven attempts cover about two minutes. */
const FAILED_SECONDS = 300;

/**
 * Runs that were to be done by now: their job, or their worker, may be lost. And runs after writes that failed for good, unless a later run
 * has done their work: what was posted must be checked some day.
 */
export async function forsakenRuns(
  sql: Sql,
  seconds: number,
): Promise<{ id: string; fundId: number; fiscalYear: number | null }[]> {
  return sql.rows(FORSAKEN, [seconds, FAILED_SECONDS]);
}

const DURATION: Statement = {
  name: 'reconciliation.last-write-run-duration',
  text: `
    SELECT (extract(epoch FROM finished_at - started_at) * 1000)::integer AS ms
      FROM reconciliation_run
     WHERE fund_id = $1 AND fiscal_year = $2 AND trigger = 'write' AND status = 'completed'
     ORDER BY id DESC
     LIMIT 1`,
};

/** How long the last run after a write took, milliseconds; 0 if there was none. */
export async function lastWriteRunMs(sql: Sql, fundId: number, fiscalYear: number): Promise<number> {
  const [row] = await sql.rows<{ ms: number }>(DURATION, [fundId, fiscalYear]);
  return row?.ms ?? 0;
}

const PRUNE: Statement = { name: 'reconciliation.prune-runs', text: 'SELECT prune_runs($1, 1000)' };

/** Runs after writes that changed nothing are kept for a day. */
export async function pruneRuns(sql: Sql, fundId: number): Promise<void> {
  await sql.rows(PRUNE, [fundId]);
}

const LAST_COMPLETED: Statement = {
  name: 'reconciliation.last-completed-runs',
  text: `
    SELECT f.code AS fund, extract(epoch FROM clock_timestamp() - r.finished_at)::float8 AS age
      FROM fund f
     CROSS JOIN LATERAL (SELECT finished_at FROM reconciliation_run
                          WHERE fund_id = f.id AND status = 'completed' AND NOT dry_run ORDER BY id DESC LIMIT 1) r`,
};

/** How long ago each fund was reconciled last, seconds; a fund that never was is left out. */
export async function lastCompletedRuns(sql: Sql): Promise<{ fund: string; age: number }[]> {
  return sql.rows(LAST_COMPLETED);
}

/** What a run looks at. */
export interface RunScope {
  readonly fundId: number;
  /** null: all years. */
  readonly fiscalYear: number | null;
  readonly rules: readonly string[];
  readonly dryRun: boolean;
}

/** $1 fund: one request for a run of the fund at a time ('FLRR'). */
const ONE_AT_A_TIME: Statement = {
  name: 'reconciliation.one-request-at-a-time',
  text: `SELECT pg_advisory_xact_lock(x'464c5252'::integer, $1)`,
};

const FIND_QUEUED: Statement = {
  name: 'reconciliation.find-queued-run',
  text: `
    SELECT id FROM reconciliation_run
     WHERE fund_id = $1 AND status = 'queued' AND trigger = 'request' AND fiscal_year IS NOT DISTINCT FROM $2 AND dry_run = $3
       AND rules @> $4::text[] AND rules <@ $4::text[]
     ORDER BY id
     LIMIT 1
       FOR UPDATE`,
};

/** The run of this very scope that was asked for and has not begun, held until the transaction ends; null: there is none. */
export async function findQueued(tx: Sql, { fundId, fiscalYear, rules, dryRun }: RunScope): Promise<string | null> {
  await tx.rows(ONE_AT_A_TIME, [fundId]);
  const [row] = await tx.rows<{ id: string }>(FIND_QUEUED, [fundId, fiscalYear, dryRun, rules]);
  return row?.id ?? null;
}
