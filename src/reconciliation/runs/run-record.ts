import { ArrayContains, IsNull, Not, Raw } from 'typeorm';
import type { Sql } from '../../platform/database/database.js';
import type { RuleName } from '../rules/rule.js';
import { Run, type RunStatus } from './run.entity.js';

/** By what a run is known. */
export type RunKey = Pick<Run, 'fundId' | 'id'>;

/** The run, or null. */
export async function findRun(sql: Sql, id: string): Promise<Run | null> {
  const [run] = await sql.manager.findBy(Run, { id });
  return run ?? null;
}

/** What runs are listed. */
export interface RunFilters {
  readonly fund: string | null;
  readonly fiscalYear: number | null;
  readonly status: string | null;
}

/** Runs before the id given (null: from the newest), newest first. */
export async function listRuns(
  sql: Sql,
  { fund, fiscalYear, status }: RunFilters,
  beforeId: string | null,
  limit: number,
): Promise<Run[]> {
  const query = sql.manager.createQueryBuilder(Run, 'r').innerJoinAndSelect('r.fund', 'f').orderBy('r.id', 'DESC').limit(limit);
  if (fund !== null) query.andWhere('f.code = :fund', { fund });
  if (fiscalYear !== null) query.andWhere('r.fiscalYear = :fiscalYear', { fiscalYear });
  if (status !== null) query.andWhere('r.status = :status', { status });
  if (beforeId !== null) query.andWhere('r.id < :beforeId', { beforeId });
  return query.getMany();
}

/** The run begins, or begins again after its worker was lost. False: it is completed already. */
export async function beginRun(sql: Sql, { fundId, id }: RunKey): Promise<boolean> {
  const { affected } = await sql.manager.update(
    Run,
    { fundId, id, status: Not<RunStatus>('completed') },
    { status: 'running', progress: 0, startedAt: () => 'clock_timestamp()', finishedAt: null, error: null, report: null },
  );
  return affected === 1;
}

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
export async function advanceRun(sql: Sql, { fundId, id }: RunKey, made: Progress): Promise<void> {
  const { progress, checked, opened, resolved } = made;
  await sql.manager
    .createQueryBuilder()
    .update(Run)
    .set({ progress, checked: BigInt(checked), opened: () => 'opened + :opened', resolved: () => 'resolved + :resolved' })
    .where({ fundId, id })
    .setParameters({ opened, resolved })
    .execute();
}

/** What a run came to. */
export interface Outcome {
  readonly checked: number;
  readonly report: object | null;
}

/** The run is through. */
export async function completeRun(sql: Sql, { fundId, id }: RunKey, { checked, report }: Outcome): Promise<void> {
  const done = { status: 'completed', progress: 100, checked: BigInt(checked), report } as const;
  await sql.manager.update(Run, { fundId, id }, { ...done, finishedAt: () => 'clock_timestamp()' });
}

/** The run failed; its job is tried again. */
export async function failRun(sql: Sql, { fundId, id }: RunKey, error: string): Promise<void> {
  await sql.manager.update(
    Run,
    { fundId, id, status: Not<RunStatus>('completed') },
    { status: 'failed', finishedAt: () => 'clock_timestamp()', error },
  );
}

/** The run was interrupted in good order: another worker goes on with it. */
export async function requeueRun(sql: Sql, { fundId, id }: RunKey): Promise<void> {
  await sql.manager.update(Run, { fundId, id, status: 'running' }, { status: 'queued', progress: 0, startedAt: null });
}

/** Whether the whole fund was reconciled, or is to be, by these rules within so many hours. */
export async function hasRecentRun(sql: Sql, fundId: number, rules: readonly RuleName[], hours: number): Promise<boolean> {
  return sql.manager.existsBy(Run, {
    fundId,
    fiscalYear: IsNull(),
    dryRun: false,
    status: Not<RunStatus>('failed'),
    rules: ArrayContains([...rules]),
    requestedAt: Raw((column) => `${column} > now() - make_interval(hours => :hours)`, { hours }),
  });
}
