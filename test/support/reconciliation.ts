import { loadConfig, type Config } from '../../src/platform/config/index.js';
import { OutboxBell } from '../../src/platform/outbox/outbox-bell.js';
import { OutboxRelay } from '../../src/platform/outbox/outbox-relay.js';
import { JobHandlers } from '../../src/platform/queue/job-handlers.js';
import { JobQueue } from '../../src/platform/queue/job-queue.js';
import { JobWorker } from '../../src/platform/queue/job-worker.js';
import { FundLocks } from '../../src/reconciliation/runs/fund-locks.js';
import { Reconciler } from '../../src/reconciliation/runs/reconciler.js';
import { ReconciliationJobs } from '../../src/reconciliation/runs/reconciliation-jobs.js';
import { RunRequests, type RunRequest } from '../../src/reconciliation/runs/run-requests.js';
import type { Run } from '../../src/reconciliation/runs/run.entity.js';
import type { Ledger, SettleEvent } from '../../src/ledger/index.js';
import { testEnvironment } from './app.js';
import type { TestDatabase } from './database.js';

/** A finding as it is stored. */
export interface StoredFinding {
  readonly id: string;
  readonly rule: string;
  readonly subject: string;
  readonly severity: string;
  readonly status: string;
  readonly resolution: string | null;
  readonly fiscal_year: number;
  readonly award_ids: string[];
  readonly amount_fen: bigint;
  readonly evidence: Record<string, unknown>;
  readonly version: number;
}

/** Reconciliation of one process, without HTTP. */
export interface Reconciliation {
  readonly config: Config;
  readonly queue: JobQueue;
  readonly relay: OutboxRelay;
  readonly reconciler: Reconciler;
  readonly requests: RunRequests;
  readonly jobs: ReconciliationJobs;
  readonly worker: JobWorker;
  /** A run of 2016 by every rule, done at once. */
  run(request?: Partial<RunRequest>): Promise<Run>;
  findings(status?: string): Promise<StoredFinding[]>;
  close(): Promise<void>;
}

/** Opens it. `redisUrl` null: the queue lives in PostgreSQL. */
export function openReconciliation(database: TestDatabase, ledger: Ledger, redisUrl: string | null = null): Reconciliation {
  const { db } = database;
  const config = loadConfig({ ...testEnvironment(database.url), REDIS_URL: redisUrl ?? '' });
  const queue = new JobQueue(config);
  const handlers = new JobHandlers();
  const bell = new OutboxBell(db);
  const relay = new OutboxRelay(config, db, queue, bell, handlers);
  const locks = new FundLocks(config);
  const reconciler = new Reconciler(db, ledger, locks);
  const requests = new RunRequests(db, queue, reconciler);
  const jobs = new ReconciliationJobs(config, db, queue, handlers, relay, locks, reconciler, requests);
  const worker = new JobWorker(config, handlers);
  relay.onModuleInit();
  jobs.onModuleInit();
  return {
    config,
    queue,
    relay,
    reconciler,
    requests,
    jobs,
    worker,
    run: (request) => requests.reconcile({ fundId: 1, fiscalYear: 2016, trigger: 'request', ...request }),
    findings: (status) =>
      db.rows<StoredFinding>('SELECT * FROM finding WHERE $1::text IS NULL OR status = $1 ORDER BY rule, subject, id', [
        status ?? null,
      ]),
    close: async () => {
      await worker.onModuleDestroy();
      jobs.onModuleDestroy();
      await relay.onModuleDestroy();
      await bell.onModuleDestroy();
      await queue.onApplicationShutdown();
      await locks.onApplicationShutdown();
    },
  };
}

/** A settlement of a finding as it is stored now. */
export async function settleEvent(
  database: TestDatabase,
  findingId: string | undefined,
  resolution: SettleEvent['resolution'],
  awardId: string | null,
  more: Partial<SettleEvent> = {},
): Promise<SettleEvent> {
  const [finding] = await database.db.rows<SettleEvent['finding']>(
    'SELECT id, rule, fiscal_year AS "fiscalYear", line_id AS "lineId", award_ids AS "awardIds" FROM finding WHERE id = $1',
    [findingId],
  );
  if (finding === undefined) throw new Error('No finding');
  const awardIds = awardId === null ? [] : [awardId];
  const decision = {
    resolution,
    awardIds,
    demand: false,
    until: null,
    payable: false,
    reason: '核實',
    effectiveOn: '2016-12-31',
    ...more,
  };
  return { kind: 'settle', finding, ...decision };
}
