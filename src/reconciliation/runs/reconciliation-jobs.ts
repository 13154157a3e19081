import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Fund } from '../../budget/index.js';
import { Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/database.js';
import { OutboxRelay } from '../../platform/outbox/outbox-relay.js';
import { takeOutbox } from '../../platform/outbox/outbox.sql.js';
import { AFTER_POSTING } from '../consumers.js';
import { RECONCILE, RECONCILE_NIGHTLY, type ReconcileJob } from '../jobs.js';
import { JobHandlers, type JobContext } from '../../platform/queue/job-handlers.js';
import { JobQueue } from '../../platform/queue/job-queue.js';
import { FundLocks, lockedFunds } from './fund-locks.js';
import { Reconciler } from './reconciler.js';
import { RULE_NAMES } from '../rules/rule.js';
import { RunRequests } from './run-requests.js';
import { findRun, hasRecentRun } from './run-record.js';
import { forsakenRuns, lastWriteRunMs } from './run.sql.js';

const TIME_ZONE = 'Asia/Shanghai';
/** Seconds after which a run that nobody holds the lock for is looked after. A worker that lives holds it, so that a killed one is told apart. */
export const FORSAKEN_SECONDS = 3;
/** Milliseconds between two looks. */
const SWEEP_MS = 1_000;
/** Hours within which a start does not reconcile the whole fund again. */
const FRESH_HOURS = 24;
/** Hours within which a nightly job that runs twice asks for no second run. */
const SAME_NIGHT_HOURS = 1;
/** A run after a write waits so many times as long as the last one took, so that at most a fifth of one core goes into it; but not for longer: a run that a stall drew out says nothing of the next. */
const PACE = 4;
const LONGEST_PACE_MS = 10_000;

/** Who does the reconciliation's jobs, and sees to it that they are asked for: after writes, nightly, at start. */
@Injectable()
export class ReconciliationJobs implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(ReconciliationJobs.name);
  private sweeping: NodeJS.Timeout | null = null;

  constructor(
    private readonly config: Config,
    private readonly db: Database,
    private readonly queue: JobQueue,
    private readonly handlers: JobHandlers,
    private readonly relay: OutboxRelay,
    private readonly locks: FundLocks,
    private readonly reconciler: Reconciler,
    private readonly requests: RunRequests,
  ) {}

  onModuleInit(): void {
    this.handlers.handle(RECONCILE, (data, context) => this.reconcile(data, context));
    this.handlers.handle(RECONCILE_NIGHTLY, () => this.askWhole('schedule', SAME_NIGHT_HOURS));
    this.handlers.atStart(() => this.start());
    this.relay.serve({
      name: AFTER_POSTING.consumer,
      add: (queue, year, options) => queue.add(RECONCILE, { ...year, runId: null }, options),
      pace: async ({ fundId, fiscalYear }, tx) =>
        Math.min(LONGEST_PACE_MS, PACE * (await lastWriteRunMs(tx, fundId, fiscalYear))),
    });
  }

  onModuleDestroy(): void {
    if (this.sweeping !== null) clearInterval(this.sweeping);
  }

  private async start(): Promise<void> {
    await this.locks.open().catch((error: unknown) => this.warn(error));
    this.sweeping = setInterval(() => void this.sweep(FORSAKEN_SECONDS).catch((error: unknown) => this.warn(error)), SWEEP_MS);
    await this.queue
      .schedule(RECONCILE_NIGHTLY, {}, this.config.reconciliationSchedule, TIME_ZONE)
      .catch((error: unknown) => this.warn(error));
    await this.askWhole('start', FRESH_HOURS);
  }

  private async reconcile(data: ReconcileJob, context: JobContext<ReconcileJob>): Promise<void> {
    const runId = data.runId ?? (await this.beginAfterWrite(data, context));
    if (context.attempt > 1) await this.takeAgain(runId);
    await this.reconciler.work(runId, context.signal);
  }

  /** Takes the outbox rows and writes the run down in one transaction, committed before anything is read: what is killed now leaves a run. */
  private async beginAfterWrite(data: ReconcileJob, context: JobContext<ReconcileJob>): Promise<string> {
    const { fundId, fiscalYear } = data;
    const runId = await this.db.transaction(async (tx) => {
      if (fiscalYear !== null) await takeOutbox(tx, AFTER_POSTING.consumer, { fundId, fiscalYear });
      return this.requests.write(tx, { fundId, fiscalYear, trigger: 'write', rules: RULE_NAMES });
    });
    await context.remember({ ...data, runId });
    return runId;
  }

  /** A later attempt covers what was posted since the first one. */
  private async takeAgain(runId: string): Promise<void> {
    const run = await findRun(this.db, runId);
    if (run === null || run.trigger !== 'write' || run.status === 'completed' || run.fiscalYear === null) return;
    const { fundId, fiscalYear } = run;
    await this.db.transaction((tx) => takeOutbox(tx, AFTER_POSTING.consumer, { fundId, fiscalYear }));
  }

  /** Asks for a whole run of every fund that had none lately. */
  private async askWhole(trigger: 'schedule' | 'start', withinHours: number): Promise<void> {
    for (const { id: fundId } of await this.db.manager.find(Fund, { select: { id: true }, order: { id: 'ASC' } })) {
      if (await hasRecentRun(this.db, fundId, RULE_NAMES, withinHours)) continue;
      await this.requests.request({ fundId, fiscalYear: null, trigger });
    }
  }

  /** Adds the jobs of runs that nobody works on: their job, or the worker that had it, was lost. */
  async sweep(olderThanSeconds: number): Promise<void> {
    const runs = await forsakenRuns(this.db, olderThanSeconds);
    if (runs.length === 0) return;
    const busy = await lockedFunds(this.db);
    for (const run of runs) if (!busy.has(run.fundId)) await this.requests.enqueue(run);
  }

  private warn(error: unknown): void {
    this.log.warn(error instanceof Error ? error.message : 'unknown fault');
  }
}
