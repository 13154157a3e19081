import { RECONCILE, RECONCILE_NIGHTLY, RECONCILIATION_JOBS, type ReconcileJob } from '../../src/reconciliation/jobs.js';
import { randomUUID } from 'node:crypto';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { OutboxBell } from '../../src/platform/outbox/outbox-bell.js';
import { OutboxRelay } from '../../src/platform/outbox/outbox-relay.js';
import { announce, countOutbox, takeOutbox } from '../../src/platform/outbox/outbox.sql.js';
import { JobHandlers, type JobHandler } from '../../src/platform/queue/job-handlers.js';
import { JobQueue } from '../../src/platform/queue/job-queue.js';
import { JobWorker } from '../../src/platform/queue/job-worker.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { loseRedis, QUEUE_BACKENDS, type QueueBackend } from '../support/queue-backends.js';
import { until } from '../support/until.js';

const YEAR = { fundId: 1, fiscalYear: 2016 };

/** What a process that works on jobs consists of. */
interface Process {
  readonly relay: OutboxRelay;
  readonly bell: OutboxBell;
  readonly queue: JobQueue;
  close(): Promise<void>;
}

describe.each(QUEUE_BACKENDS)('the outbox over $name', (kind) => {
  let backend: QueueBackend;
  let database: TestDatabase;
  let config: Config;
  let processes: Process[];

  beforeAll(async () => {
    backend = await kind.open();
  });
  afterAll(() => backend.close());
  beforeEach(async () => {
    database = await testDatabase({ poolSize: 20 });
    config = loadConfig({ DATABASE_URL: database.url, REDIS_URL: backend.redisUrl ?? '', SECRET_KEY: 'x'.repeat(32) });
    processes = [];
  });
  afterEach(async () => {
    for (const one of processes) await one.close();
    await database.close();
  });

  /** A process that can relay; `handler` null: its jobs are left to others. */
  async function open(handler: JobHandler<ReconcileJob> | null): Promise<Process> {
    const queue = new JobQueue(config);
    const bell = new OutboxBell(database.db);
    const handlers = new JobHandlers();
    const relay = new OutboxRelay(config, database.db, queue, bell, handlers);
    handlers.handle(RECONCILE, handler ?? (async () => undefined));
    handlers.handle(RECONCILE_NIGHTLY, async () => undefined);
    relay.serve({
      name: 'reconciliation',
      add: (to, year, options) => to.add(RECONCILE, { ...year, runId: null }, options),
      pace: async () => 0,
    });
    relay.onModuleInit();
    const worker = new JobWorker(config, handlers);
    if (handler !== null) await worker.start(RECONCILIATION_JOBS);
    const close = async (): Promise<void> => {
      await worker.onModuleDestroy();
      await relay.onModuleDestroy();
      await bell.onModuleDestroy();
      await queue.onApplicationShutdown();
    };
    const opened = { relay, bell, queue, close };
    processes.push(opened);
    return opened;
  }

  const post = async (): Promise<void> => {
    await database.db.transaction((tx) => announce(tx, 'posted', YEAR.fundId, [YEAR.fiscalYear]));
  };
  const take = (): Promise<number> => database.db.transaction((tx) => takeOutbox(tx, 'reconciliation', YEAR));
  const isEmpty = async (): Promise<boolean> => (await countOutbox(database.db)) === 0;

  test('many writes of a year become few jobs, and every row is taken', async () => {
    let runs = 0;
    const one = await open(async () => {
      runs += 1;
      await take();
    });
    for (let i = 0; i < 50; i += 1) {
      await post();
      one.bell.ring();
    }
    await until('the outbox is empty', isEmpty);
    expect(runs).toBeGreaterThanOrEqual(1);
    expect(runs).toBeLessThanOrEqual(3);
  });

  test('a ring in another process is heard, well before the relay would look by itself', async () => {
    let ran = false;
    await open(async () => {
      await take();
      ran = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const elsewhere = new OutboxBell(database.db);
    await post();
    const rungAt = Date.now();
    elsewhere.ring();
    await until('the job ran', () => ran);
    expect(Date.now() - rungAt).toBeLessThan(1_800);
    await elsewhere.onModuleDestroy();
  });

  test('a ring that nobody heard loses nothing: the relay looks by itself', async () => {
    await open(async () => {
      await take();
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await post();
    await until('the outbox is empty', isEmpty, 10_000);
  });

  test('what is written while its job runs is worked on afterwards', async () => {
    const taken: number[] = [];
    let running = false;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const one = await open(async () => {
      taken.push(await take());
      running = true;
      if (taken.length === 1) await gate;
    });
    await post();
    one.bell.ring();
    await until('the first job runs', () => running);
    await post();
    one.bell.ring();
    await until('the second write is relayed', async () => {
      const [row] = await database.db.rows<{ relayed: boolean }>(
        'SELECT bool_and(relayed_at IS NOT NULL) AS relayed FROM outbox',
      );
      return row?.relayed === true;
    });
    release();
    await until('the second write is taken', isEmpty);
    expect(taken).toEqual([1, 1]);
  });

  test('a transaction that is held open across a pass is delivered, though later ones were long before', async () => {
    const taken: number[] = [];
    const one = await open(async () => {
      taken.push(await take());
    });
    let commit: () => void = () => undefined;
    const held = database.db.transaction(async (tx) => {
      await announce(tx, 'posted', YEAR.fundId, [YEAR.fiscalYear]);
      await new Promise<void>((resolve) => (commit = resolve));
    });
    await until('the first has its rows', async () => {
      const [open1] = await database.db.rows(
        `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
      );
      return open1 !== undefined;
    });
    await post();
    one.bell.ring();
    await until('the later one is taken', () => taken.length > 0);
    commit();
    await held;
    one.bell.ring();
    await until('the earlier one is taken', () => taken.length > 1);
    expect(taken).toEqual([1, 1]);
    expect(await isEmpty()).toBe(true);
  });

  test('of two consumers each takes its own rows', async () => {
    await asOwner(database, (owner) => owner.query(`INSERT INTO outbox_consumer VALUES ('posted', 'another')`));
    await post();
    expect(await take()).toBe(1);
    expect(await isEmpty()).toBe(false);
    expect(await database.db.transaction((tx) => takeOutbox(tx, 'another', YEAR))).toBe(1);
    expect(await isEmpty()).toBe(true);
  });

  test('two relays do no harm', async () => {
    let runs = 0;
    const [one, two] = [await open(null), await open(null)];
    for (let i = 0; i < 20; i += 1) await post();
    await Promise.all([one.relay.relay(), two.relay.relay(), one.relay.relay(), two.relay.relay()]);
    await open(async () => {
      runs += 1;
      await take();
    });
    await until('the outbox is empty', isEmpty);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(runs).toBeGreaterThanOrEqual(1);
    expect(runs).toBeLessThanOrEqual(2);
  });

  test('a queue that lost its jobs gets them again from the outbox', async () => {
    const one = await open(null);
    await post();
    expect(await one.relay.relay()).toBe(1);
    expect(await one.relay.relay()).toBe(0);
    if (backend.redisUrl === null) {
      await database.db.rows('DELETE FROM bullmq.job');
      await database.db.rows('DELETE FROM bullmq.dedup');
    } else await loseRedis(backend.redisUrl, database.url);
    one.relay.againAfterSeconds = 0;
    const worked: string[] = [];
    await open(async () => {
      await take();
      worked.push(randomUUID());
    });
    expect(await one.relay.relay()).toBe(1);
    await until('the lost job is done', () => worked.length > 0);
    expect(await isEmpty()).toBe(true);
  });
});
