import { RECONCILE, RECONCILE_NIGHTLY, RECONCILIATION_JOBS, type ReconcileJob } from '../../src/reconciliation/jobs.js';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { JobHandlers, type JobHandler } from '../../src/platform/queue/job-handlers.js';
import { JobQueue } from '../../src/platform/queue/job-queue.js';
import { JobWorker } from '../../src/platform/queue/job-worker.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { QUEUE_BACKENDS, type QueueBackend } from '../support/queue-backends.js';
import { until } from '../support/until.js';

const JOB = { fundId: 1, fiscalYear: 2016, runId: null } as const;

describe('proof of handlers at start', () => {
  test('a job without a handler stops the start, and so do a second handler and one of an unknown job', () => {
    const handlers = new JobHandlers();
    handlers.handle(RECONCILE, async () => undefined);
    expect(() => handlers.proveComplete(RECONCILIATION_JOBS)).toThrow('Jobs without a handler: reconcile-nightly');
    expect(() => handlers.handle(RECONCILE, async () => undefined)).toThrow('Job reconcile has two handlers');
    handlers.handle(RECONCILE_NIGHTLY, async () => undefined);
    expect(() => handlers.proveComplete(RECONCILIATION_JOBS)).not.toThrow();
    expect(() => handlers.proveComplete([RECONCILE])).toThrow('Handlers of jobs that no room declares: reconcile-nightly');
  });
});

describe.each(QUEUE_BACKENDS)('the queue on $name', (kind) => {
  let backend: QueueBackend;
  let database: TestDatabase;
  let config: Config;
  let queue: JobQueue;
  let closers: (() => Promise<void>)[];

  beforeAll(async () => {
    backend = await kind.open();
  });
  afterAll(() => backend.close());

  beforeEach(async () => {
    database = await testDatabase();
    config = loadConfig({ DATABASE_URL: database.url, REDIS_URL: backend.redisUrl ?? '', SECRET_KEY: 'x'.repeat(32) });
    queue = new JobQueue(config);
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers) await close();
    await queue.onApplicationShutdown();
    await database.close();
  });

  async function startWorker(handle: JobHandler<ReconcileJob>): Promise<JobWorker> {
    const handlers = new JobHandlers();
    handlers.handle(RECONCILE, handle);
    handlers.handle(RECONCILE_NIGHTLY, async () => undefined);
    const worker = new JobWorker(config, handlers);
    closers.push(() => worker.onModuleDestroy());
    await worker.start(RECONCILIATION_JOBS);
    return worker;
  }

  test('a job added is done, and the depth says so', async () => {
    expect(await queue.healthy()).toBe(true);
    await queue.add(RECONCILE, JOB);
    expect((await queue.depth()).waiting).toBe(1);
    const seen: unknown[] = [];
    await startWorker(async (data) => void seen.push(data));
    await until('the job is done', () => seen.length === 1);
    expect(seen).toEqual([JOB]);
    await until('nothing waits', async () => (await queue.depth()).waiting + (await queue.depth()).active === 0);
  });

  test('jobs with one deduplication id run once while they wait, and once more when one arrives while it runs', async () => {
    const options = { deduplicationId: '1:2016', keepLastIfActive: true, delayMs: 50 };
    for (let i = 0; i < 5; i += 1) await queue.add(RECONCILE, JOB, options);
    let started = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await startWorker(async () => {
      started += 1;
      if (started === 1) await gate;
    });
    await until('the first runs', () => started === 1);
    for (let i = 0; i < 5; i += 1) await queue.add(RECONCILE, JOB, options);
    release();
    await until('it ran once more', () => started === 2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(started).toBe(2);
  });

  test('a job that fails is tried again with what it remembered', async () => {
    const attempts: [number, unknown][] = [];
    await queue.add(RECONCILE, JOB);
    await startWorker(async (data, context) => {
      attempts.push([context.attempt, data]);
      if (context.attempt === 1) {
        await context.remember({ ...JOB, runId: 'r1' });
        throw new Error('first time');
      }
    });
    await until('the second attempt', () => attempts.length === 2);
    expect(attempts).toEqual([
      [1, JOB],
      [2, { ...JOB, runId: 'r1' }],
    ]);
  });

  test('closing waits for the running job and tells it to stop', async () => {
    let stopped = false;
    let running = false;
    await queue.add(RECONCILE, JOB);
    const worker = await startWorker(async (_, context) => {
      running = true;
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
      await new Promise((resolve) => setTimeout(resolve, 100));
      stopped = true;
    });
    await until('it runs', () => running);
    await worker.onModuleDestroy();
    expect(stopped).toBe(true);
  });

  test('the same schedule stated twice is one schedule', async () => {
    await queue.schedule(RECONCILE_NIGHTLY, {}, '30 2 * * *', 'Asia/Shanghai');
    await queue.schedule(RECONCILE_NIGHTLY, {}, '30 2 * * *', 'Asia/Shanghai');
    expect((await queue.depth()).delayed).toBe(1);
  });
});
