import { RECONCILIATION_JOBS } from '../../src/reconciliation/index.js';
import { RULE_NAMES } from '../../src/reconciliation/rules/rule.js';
import pg from 'pg';
import type { Ledger } from '../../src/ledger/index.js';
import { testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, openLedger, reservation, yuan } from '../support/ledger.js';
import { loseRedis, QUEUE_BACKENDS, type QueueBackend } from '../support/queue-backends.js';
import { openReconciliation, type Reconciliation } from '../support/reconciliation.js';
import { spawnSource } from '../support/spawn-source.js';
import { until } from '../support/until.js';

/** Keys of a fund's reconciliation lock. */
const FUND_LOCK = [0x464c5243, 1];

describe.each(QUEUE_BACKENDS)('reconciliation behind the queue on $name', (kind) => {
  let backend: QueueBackend;
  let database: TestDatabase;
  let ledger: Ledger;
  let closers: (() => Promise<unknown>)[];

  beforeAll(async () => {
    backend = await kind.open();
  });
  afterAll(() => backend.close());
  beforeEach(async () => {
    database = await testDatabase({ poolSize: 20 });
    ledger = openLedger(database.db);
    closers = [];
    await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
  });
  afterEach(async () => {
    for (const close of closers.reverse()) await close();
    await database.close();
  });

  function open(): Reconciliation {
    const opened = openReconciliation(database, ledger, backend.redisUrl);
    closers.push(() => opened.close());
    return opened;
  }

  async function twice(): Promise<void> {
    const first = reservation();
    await mustPost(ledger, first);
    await mustPost(ledger, { ...first, amountFen: 1n, approvedOffline: true });
  }

  const open1 = async (): Promise<boolean> => (await database.db.rows(`SELECT FROM finding WHERE status = 'open'`)).length === 1;
  const outboxIsEmpty = async (): Promise<boolean> => (await database.db.rows('SELECT FROM outbox')).length === 0;

  test('a write leads to its finding by itself, and what settles it resolves it', async () => {
    await open().worker.start(RECONCILIATION_JOBS);
    await twice();
    await until('the finding is open', open1);
    const [held] = await database.db.rows<{ id: string }>('SELECT id FROM award WHERE on_hold');
    await mustPost(ledger, {
      kind: 'release',
      awardId: held?.id ?? '',
      from: 'reserved',
      amountFen: null,
      effectiveOn: '2016-06-01',
    });
    await until('the finding is resolved', async () => !(await open1()));
    await until('the outbox is empty', outboxIsEmpty);
    const runs = await database.db.rows<{ trigger: string; rules: string[] }>(
      'SELECT DISTINCT trigger, rules FROM reconciliation_run ORDER BY trigger',
    );
    const rules = ['one-subsidy', 'over-commitment', 'line-rule', 'highest-of-three', 'ledger-integrity'];
    expect(runs).toEqual([
      { trigger: 'start', rules },
      { trigger: 'write', rules },
    ]);
  });

  test('a worker killed after it took the rows and before it reconciled loses nothing', async () => {
    const lock = new pg.Client({ connectionString: database.url });
    await lock.connect();
    closers.push(() => lock.end());
    await lock.query('SELECT pg_advisory_lock($1, $2)', FUND_LOCK);
    await twice();
    const worker = spawnSource('worker.ts', [], testEnvironment(database.url, { REDIS_URL: backend.redisUrl ?? '' }));
    try {
      await until(
        'the rows are taken',
        async () => {
          const runs = await database.db.rows(`SELECT FROM reconciliation_run WHERE trigger = 'write'`);
          return runs.length > 0 && (await outboxIsEmpty());
        },
        30_000,
      );
    } finally {
      worker.child.kill('SIGKILL');
      await worker.ended;
    }
    await lock.query('SELECT pg_advisory_unlock($1, $2)', FUND_LOCK);
    expect(await open1()).toBe(false);
    const next = open();
    await next.worker.start(RECONCILIATION_JOBS);
    // It looks after what nobody works on by itself, within seconds.
    await until('the finding is open', open1, 30_000);
    await until(
      'the run is completed',
      async () => {
        const left = await database.db.rows(`SELECT FROM reconciliation_run WHERE trigger = 'write' AND status <> 'completed'`);
        return left.length === 0;
      },
      60_000,
    );
  }, 120_000);

  test('a queue that lost everything gets its runs again: those asked for, and those after writes', async () => {
    const one = open();
    await twice();
    expect(await one.relay.relay()).toBe(1);
    const asked = await one.requests.request({ fundId: 1, fiscalYear: 2015, trigger: 'request' });
    if (backend.redisUrl === null) for (const table of ['job', 'dedup']) await database.db.rows(`DELETE FROM bullmq.${table}`);
    else await loseRedis(backend.redisUrl, database.url);
    one.relay.againAfterSeconds = 0;
    await one.worker.start(RECONCILIATION_JOBS);
    await one.jobs.sweep(0);
    await until('the finding is open', open1);
    await until('the run that was asked for is completed', async () => {
      const [run] = await database.db.rows<{ status: string }>('SELECT status FROM reconciliation_run WHERE id = $1', [asked]);
      return run?.status === 'completed';
    });
  });

  test('a queue that loses everything under a worker has its schedule and its jobs back at once', async () => {
    const one = open();
    await one.worker.start(RECONCILIATION_JOBS);
    await until('the whole fund was reconciled at the start', async () => {
      const runs = await database.db.rows(`SELECT FROM reconciliation_run WHERE trigger = 'start' AND status = 'completed'`);
      return runs.length === 1;
    });
    await twice();
    await until('the finding is open', open1);
    await until('the outbox is empty', outboxIsEmpty);
    // A row whose job is in the queue, as far as anybody knows.
    await database.db.rows(
      `INSERT INTO outbox (topic, consumer, fund_id, fiscal_year, relayed_at) VALUES ('posted', 'reconciliation', 1, 2016, now())`,
    );
    expect((await one.queue.depth()).delayed).toBe(1);
    if (backend.redisUrl === null)
      for (const table of ['job', 'dedup', 'scheduler']) await database.db.rows(`DELETE FROM bullmq.${table}`);
    else await loseRedis(backend.redisUrl, database.url);
    await until('the row is taken', outboxIsEmpty);
    expect((await one.queue.depth()).delayed).toBe(1);
  }, 30_000);

  test('a server that has no connection left to give holds up no worker that has its own', async () => {
    const one = open();
    await one.worker.start(RECONCILIATION_JOBS);
    await twice();
    await until('the finding is open', open1);
    // The test works on the worker's own pool: for it, too, there are connections.
    await Promise.all(Array.from({ length: 12 }, () => database.db.rows('SELECT pg_sleep(0.1)')));
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    closers.push(() => owner.end());
    const name = new URL(database.url).pathname.slice(1);
    await owner.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toThrow('too many connections');
    const [held] = await database.db.rows<{ id: string }>('SELECT id FROM award WHERE on_hold');
    await mustPost(ledger, {
      kind: 'release',
      awardId: held?.id ?? '',
      from: 'reserved',
      amountFen: null,
      effectiveOn: '2016-06-01',
    });
    await until('the finding is resolved', async () => !(await open1()));
  }, 30_000);

  test('two workers share the runs of a fund without meeting', async () => {
    const [one, two] = [open(), open()];
    await twice();
    const ids: string[] = [];
    for (const fiscalYear of [2013, 2014, 2015, 2016, null])
      ids.push(await one.requests.request({ fundId: 1, fiscalYear, trigger: 'request' }));
    await Promise.all([one.worker.start(RECONCILIATION_JOBS), two.worker.start(RECONCILIATION_JOBS)]);
    await until('all runs are completed', async () => {
      const rows = await database.db.rows(`SELECT FROM reconciliation_run WHERE id = ANY ($1::uuid[]) AND status = 'completed'`, [
        ids,
      ]);
      return rows.length === ids.length;
    });
    const overlaps = await database.db.rows(
      `SELECT FROM reconciliation_run a JOIN reconciliation_run b ON a.id < b.id AND a.started_at < b.finished_at AND b.started_at < a.finished_at`,
    );
    expect(overlaps).toEqual([]);
    expect(await open1()).toBe(true);
  });

  test('a run after a write that failed for good is tried again, unless a later run has done its work', async () => {
    const one = open();
    await twice();
    const failed = async (): Promise<string> => {
      const id = await database.db.transaction((tx) => one.requests.write(tx, { fundId: 1, fiscalYear: 2016, trigger: 'write' }));
      await database.db.rows(
        `UPDATE reconciliation_run SET status = 'failed', started_at = now() - interval '11 min', finished_at = now() - interval '10 min' WHERE id = $1`,
        [id],
      );
      return id;
    };
    const statusOf = async (id: string) =>
      (await database.db.rows<{ status: string }>('SELECT status FROM reconciliation_run WHERE id = $1', [id]))[0]?.status;
    // The whole fund was reconciled before, so that the worker's start asks for nothing.
    await database.db.rows(
      `INSERT INTO reconciliation_run (fund_id, id, rules, trigger, status, requested_at, started_at, finished_at)
       VALUES (1, gen_random_uuid(), $1, 'start', 'completed', now() - interval '1 h', now() - interval '1 h', now() - interval '1 h')`,
      [RULE_NAMES],
    );
    const again = await failed();
    await one.worker.start(RECONCILIATION_JOBS);
    await one.jobs.sweep(30);
    await until('it is completed', async () => (await statusOf(again)) === 'completed');
    expect(await open1()).toBe(true);
    const covered = await failed();
    await one.jobs.sweep(30);
    expect(await statusOf(covered)).toBe('failed');
    expect((await one.queue.depth()).waiting).toBe(0);
  });

  test('a run is not looked after while its worker lives', async () => {
    const one = open();
    const lock = new pg.Client({ connectionString: database.url });
    await lock.connect();
    closers.push(() => lock.end());
    await lock.query('SELECT pg_advisory_lock($1, $2)', FUND_LOCK);
    await one.requests.request({ fundId: 1, fiscalYear: 2016, trigger: 'request' });
    if (backend.redisUrl === null) for (const table of ['job', 'dedup']) await database.db.rows(`DELETE FROM bullmq.${table}`);
    else await loseRedis(backend.redisUrl, database.url);
    await one.jobs.sweep(0);
    expect((await one.queue.depth()).waiting).toBe(0);
    await lock.query('SELECT pg_advisory_unlock($1, $2)', FUND_LOCK);
    await one.jobs.sweep(0);
    expect((await one.queue.depth()).waiting).toBe(1);
  });
});
