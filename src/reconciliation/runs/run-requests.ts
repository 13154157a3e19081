import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Database, type Tx } from '../../platform/database/database.js';
import { JobQueue } from '../../platform/queue/job-queue.js';
import { Reconciler } from './reconciler.js';
import { RECONCILE } from '../jobs.js';
import { RULE_NAMES, type RuleName } from '../rules/rule.js';
import { Run, type RunTrigger } from './run.entity.js';
import { findQueued } from './run.sql.js';
import { findRun } from './run-record.js';

/** What is asked for. */
export interface RunRequest {
  readonly fundId: number;
  /** null: all years. */
  readonly fiscalYear: number | null;
  readonly trigger: RunTrigger;
  /** Left out: every rule. */
  readonly rules?: readonly RuleName[];
  readonly dryRun?: boolean;
  readonly requestedBy?: string | null;
}

/** Takes requests for runs. A run is a row first and a job second, so that a lost queue loses none. */
@Injectable()
export class RunRequests {
  constructor(
    private readonly db: Database,
    private readonly queue: JobQueue,
    private readonly reconciler: Reconciler,
  ) {}

  /** Writes the run down, in the caller's transaction. Answers its id; `enqueue` it after the commit. */
  async write(tx: Tx, request: RunRequest): Promise<string> {
    const { fundId, fiscalYear, trigger, rules = RULE_NAMES, dryRun = false, requestedBy = null } = request;
    const id = uuidv7();
    await tx.manager.insert(Run, { fundId, id, fiscalYear, rules: [...rules], dryRun, trigger, requestedBy });
    return id;
  }

  /**
   * The run of this scope that waits already, else a new one: what was recorded by now, either sees. Whoever asks waits for whoever asked
   * before, and a worker that begins the run for this transaction: so the run that is answered has not begun.
   */
  async writeOnce(tx: Tx, request: RunRequest): Promise<string> {
    const { fundId, fiscalYear, rules = RULE_NAMES, dryRun = false } = request;
    return (await findQueued(tx, { fundId, fiscalYear, rules, dryRun })) ?? this.write(tx, request);
  }

  /** Adds the run's job. When the queue is away the run waits; it is added again by a worker. */
  async enqueue(run: Pick<Run, 'id' | 'fundId' | 'fiscalYear'>): Promise<void> {
    const data = { fundId: run.fundId, fiscalYear: run.fiscalYear, runId: run.id };
    await this.queue.add(RECONCILE, data, { deduplicationId: `run:${run.id}` }).catch(() => undefined);
  }

  /** Writes the run down and adds its job. Answers its id. */
  async request(request: RunRequest): Promise<string> {
    const id = await this.db.transaction((tx) => this.write(tx, request));
    await this.enqueue({ ...request, id });
    return id;
  }

  /** Runs at once in this process and answers the finished run: the start and the command line wait for it. */
  async reconcile(request: RunRequest): Promise<Run> {
    const id = await this.db.transaction((tx) => this.write(tx, request));
    await this.reconciler.work(id);
    const run = await findRun(this.db, id);
    if (run === null) throw new Error(`Run ${id} is gone`);
    return run;
  }
}
