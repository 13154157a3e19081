import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import type { RuleName } from '../rules/rule.js';

/** Why a run was started. */
export type RunTrigger = 'request' | 'write' | 'schedule' | 'start';
export type RunStatus = 'queued' | 'running' | 'completed' | 'failed';

/** A reconciliation run as it stands. */
export interface Run {
  readonly id: string;
  readonly fundId: number;
  readonly fund: string;
  readonly fiscalYear: number | null;
  readonly rules: readonly RuleName[];
  readonly dryRun: boolean;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly progress: number;
  readonly checked: bigint;
  readonly opened: number;
  readonly resolved: number;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: string | null;
  readonly report: unknown;
}

const COLUMNS = `
    r.id, r.fund_id AS "fundId", f.code AS fund, r.fiscal_year AS "fiscalYear", r.rules, r.dry_run AS "dryRun", r.trigger, r.status, r.progress,
    r.checked, r.opened, r.resolved, r.requested_at AS "requestedAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt", r.error, r.report`;

/** A run that is asked for. */
export interface NewRun {
  readonly id: string;
  readonly fundId: number;
  readonly fiscalYear: number | null;
  readonly rules: readonly RuleName[];
  readonly dryRun: boolean;
  readonly trigger: RunTrigger;
  readonly requestedBy: string | null;
}

const INSERT: Statement = {
  name: 'reconciliation.insert-run',
  text: `
    INSERT INTO reconciliation_run (fund_id, id, fiscal_year, rules, dry_run, trigger, requested_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Writes down that a run is wanted: from here on it is not lost, whatever the queue does. */
export async function insertRun(tx: Tx, run: NewRun): Promise<void> {
  await tx.rows(INSERT, [run.fundId, run.id, run.fiscalYear, run.rules, run.dryRun, run.trigger, run.requestedBy]);
}

const FIND: Statement = {
  name: 'reconciliation.find-run',
  text: `SELECT ${COLUMNS} FROM reconciliation_run r JOIN fund f ON f.id = r.fund_id WHERE r.id = $1`,
};

/** The run, or null. */
export async function findRun(sql: Sql, id: string): Promise<Run | null> {
  const [row] = await sql.rows<Run>(FIND, [id]);
  return row ?? null;
}

const LIST: Statement = {
  name: 'reconciliation.list-runs',
  text: `
    SELECT ${COLUMNS}
      FROM reconciliation_run r JOIN fund f ON f.id = r.fund_id
     WHERE ($1::text IS NULL OR f.code = $1) AND ($2::integer IS NULL OR r.fiscal_year = $2) AND ($3::text IS NULL OR r.status = $3)
       AND ($4::uuid IS NULL OR r.id < $4)
     ORDER BY r.id DESC
     LIMIT $5`,
};

/** Runs, newest first. */
export async function listRuns(
  sql: Sql,
  filters: { fund: string | null; fiscalYear: number | null; status: string | null; after: string | null; limit: number },
): Promise<Run[]> {
  return sql.rows<Run>(LIST, [filters.fund, filters.fiscalYear, filters.status, filters.after, filters.limit]);
}

const BEGIN: Statement = {
  name: 'reconciliation.begin-run',
  text: `
    UPDATE reconciliation_run
       SET status = 'running', progress = 0, started_at = clock_timestamp(), finished_at = NULL, error = NULL, report = NULL
     WHERE fund_id = $1 AND id = $2 AND status <> 'completed'
    RETURNING id`,
};

/** The run begins, or begins again after its worker was lost. False: it is completed already. */
export async function beginRun(sql: Sql, run: Pick<Run, 'fundId' | 'id'>): Promise<boolean> {
  return (await sql.rows(BEGIN, [run.fundId, run.id])).length === 1;
}

const ADVANCE: Statement = {
  name: 'reconciliation.advance-run',
  text: `UPDATE reconciliation_run SET progress = $3, checked = $4, opened = opened + $5, resolved = resolved + $6
          WHERE fund_id = $1 AND id = $2`,
};

/** How far an attempt is. */
export interface Progress {
  /** 0–100 */
  readonly progress: number;
  /** Rows looked at by this attempt. */
  readonly checked: number;
  /** Findings opened and resolved by the same transaction: a run's counts are those of all its attempts. */
  readonly opened: number;
  readonly resolved: number;
}

/** Writes down how far the run is, and adds what it changed. */
export async function advanceRun(sql: Sql, run: Pick<Run, 'fundId' | 'id'>, made: Progress): Promise<void> {
  await sql.rows(ADVANCE, [run.fundId, run.id, made.progress, made.checked, made.opened, made.resolved]);
}

const COMPLETE: Statement = {
  name: 'reconciliation.complete-run',
  text: `
    UPDATE reconciliation_run
       SET status = 'completed', progress = 100, checked = $3, finished_at = clock_timestamp(), report = $4
     WHERE fund_id = $1 AND id = $2`,
};

/** What a run came to. */
export interface Outcome {
  readonly checked: number;
  readonly report: unknown;
}

/** The run is through. */
export async function completeRun(sql: Sql, run: Pick<Run, 'fundId' | 'id'>, outcome: Outcome): Promise<void> {
  const report = outcome.report === null ? null : JSON.stringify(outcome.report);
  await sql.rows(COMPLETE, [run.fundId, run.id, outcome.checked, report]);
}

const FAIL: Statement = {
  name: 'reconciliation.fail-run',
  text: `UPDATE reconciliation_run SET status = 'failed', finished_at = clock_timestamp(), error = $3 WHERE fund_id = $1 AND id = $2 AND status <> 'completed'`,
};

/** The run failed; its job is tried again. */
export async function failRun(sql: Sql, run: Pick<Run, 'fundId' | 'id'>, error: string): Promise<void> {
  await sql.rows(FAIL, [run.fundId, run.id, error]);
}

const REQUEUE: Statement = {
  name: 'reconciliation.requeue-run',
  text: `UPDATE reconciliation_run SET status = 'queued', progress = 0, started_at = NULL WHERE fund_id = $1 AND id = $2 AND status = 'running'`,
};

/** The run was interrupted in good order: another worker goes on with it. */
export async function requeueRun(sql: Sql, run: Pick<Run, 'fundId' | 'id'>): Promise<void> {
  await sql.rows(REQUEUE, [run.fundId, run.id]);
}

const FORSAKEN: Statement = {
  name: 'reconciliation.forsaken-runs',
  text: `
    SELECT r.id, r.fund_id AS "fundId", r.fiscal_year AS "fiscalYear"
      FROM reconciliation_run r
     WHERE r.status IN ('queued', 'running') AND coalesce(r.started_at, r.requested_at) < now() - make_interval(secs => $1)
        OR r.status = 'failed' AND r.trigger = 'write' AND r.finished_at < now() - make_interval(secs => $2)
           AND NOT EXISTS (SELECT FROM reconciliation_run later
                            WHERE later.fund_id = r.fund_id AND later.status = 'completed' AND NOT later.dry_run
                              AND later.started_at > r.finished_at AND coalesce(later.fiscal_year, r.fiscal_year) = r.fiscal_year)
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

const PRUNE: Statement = {
  name: 'reconciliation.prune-runs',
  text: `
    DELETE FROM reconciliation_run
     WHERE fund_id = $1 AND id IN (
           SELECT id FROM reconciliation_run
            WHERE fund_id = $1 AND trigger = 'write' AND status = 'completed' AND opened = 0 AND resolved = 0
              AND finished_at < now() - interval '1 day'
            ORDER BY id
            LIMIT 1000)`,
};

/** Runs after writes that changed nothing are kept for a day. */
export async function pruneRuns(sql: Sql, fundId: number): Promise<void> {
  await sql.rows(PRUNE, [fundId]);
}

const FUNDS: Statement = { name: 'reconciliation.funds', text: 'SELECT id FROM fund ORDER BY id' };

/** Every fund. */
export async function allFunds(sql: Sql): Promise<number[]> {
  return (await sql.rows<{ id: number }>(FUNDS)).map((row) => row.id);
}

const RECENT: Statement = {
  name: 'reconciliation.recent-whole-run',
  text: `
    SELECT id FROM reconciliation_run
     WHERE fund_id = $1 AND fiscal_year IS NULL AND NOT dry_run AND status <> 'failed' AND rules @> $2::text[]
       AND requested_at > now() - make_interval(hours => $3)
     LIMIT 1`,
};

/** Whether the whole fund was reconciled, or is to be, by these rules within so many hours. */
export async function hasRecentRun(sql: Sql, fundId: number, rules: readonly RuleName[], hours: number): Promise<boolean> {
  return (await sql.rows(RECENT, [fundId, rules, hours])).length > 0;
}
