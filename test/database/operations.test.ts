import { startApp, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';

describe('Operations', () => {
  let database: TestDatabase;
  let running: TestApp;

  beforeAll(async () => {
    database = await testDatabase();
    running = await startApp({ url: database.url });
  });

  afterAll(async () => {
    await running.close();
    await database.close();
  });

  it('is live, and ready when database, migrations and queue are', async () => {
    const live = await fetch(`${running.baseUrl}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'live' }]);
    const ready = await fetch(`${running.baseUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', degraded: false, checks: { database: null, migrations: null, queue: null } },
    ]);
  });

  it('measures requests by route, and reads queue and findings when asked', async () => {
    await fetch(`${running.baseUrl}/health/live`);
    const answer = await fetch(`${running.baseUrl}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/fund_http_request_duration_seconds_count\{method="GET",route="\/health\/live",status="200"\} \d+/);
    expect(text).toContain('fund_queue_jobs{state="waiting"} 0');
    expect(text).toContain('# TYPE fund_open_findings gauge');
    expect(text).toContain('# TYPE fund_posting_batch_events histogram');
  });
});

describe('Operations in production', () => {
  const token = 'sixteen-characters-and-more';
  let database: TestDatabase;
  let running: TestApp;

  beforeAll(async () => {
    database = await testDatabase();
    running = await startApp({
      url: database.url,
      environment: { NODE_ENV: 'production', METRICS_TOKEN: token, TRUST_PROXY: 'loopback' },
    });
  });

  afterAll(async () => {
    await running.close();
    await database.close();
  });

  const ask = async (headers: Record<string, string>) => (await fetch(`${running.baseUrl}/metrics`, { headers })).status;

  it('gives the metrics to loopback or to who has the token, and to nobody else', async () => {
    const elsewhere = { 'x-forwarded-for': '203.0.113.7' };
    expect(await ask({})).toBe(200);
    expect(await ask(elsewhere)).toBe(403);
    expect(await ask({ ...elsewhere, authorization: 'Bearer another-token-of-length' })).toBe(403);
    expect(await ask({ ...elsewhere, authorization: `Bearer ${token}` })).toBe(200);
  });

  it.each([{ 'x-forwarded-for': '127.0.0.1' }, { 'x-forwarded-for': '' }, { forwarded: 'for=127.0.0.1' }])(
    'takes nobody for loopback who comes through a proxy: %j',
    async (forwarded) => {
      expect(await ask(forwarded)).toBe(403);
      expect(await ask({ ...forwarded, authorization: `Bearer ${token}` })).toBe(200);
    },
  );
});

describe('Readiness tells what can be done', () => {
  interface Ready {
    readonly status: string;
    readonly degraded: boolean;
    readonly checks: Record<string, string | null>;
  }
  let database: TestDatabase;
  let running: TestApp;

  const ready = async (): Promise<{ status: number; body: Ready }> => {
    const answer = await fetch(`${running.baseUrl}/health/ready`);
    return { status: answer.status, body: (await answer.json()) as Ready };
  };
  /** Connections that are open keep what they began with: new ones are asked for. */
  const settle = async (change: string): Promise<void> => {
    await asOwner(database, async (owner) => {
      await owner.query('SET default_transaction_read_only = off');
      await owner.query(change);
    });
    await database.db.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()`,
    );
    // What was found is believed for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  };

  beforeAll(async () => {
    database = await testDatabase();
    await seedDemonstrationUsers(database.db);
  });
  afterEach(() => running.close());
  afterAll(() => database.close());

  it('with the queue away it is ready and degraded, and writes go on', async () => {
    running = await startApp({ url: database.url, environment: { REDIS_URL: 'redis://127.0.0.1:1' } });
    expect(await ready()).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        degraded: true,
        checks: { database: null, queue: expect.stringContaining('does not answer') as string },
      },
    });
    const finance = await running.api('finance');
    const entry = { kind: 'appropriation', amount: '1.00', reason: '示例', documentNo: '示例', effectiveOn: '2016-12-31' };
    expect(await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry)).toMatchObject({ status: 201 });
  });

  it('a database that takes no writes is not ready, as a standby is', async () => {
    running = await startApp({ url: database.url });
    const name = new URL(database.url).pathname.slice(1);
    await settle(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect(await ready()).toMatchObject({
      status: 503,
      body: { status: 'not-ready', checks: { database: 'It takes no writes: a standby, or set read-only' } },
    });
    await settle(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    expect(await ready()).toMatchObject({ status: 200 });
  });

  it('statements that fail are not ready', async () => {
    running = await startApp({ url: database.url });
    await settle('REVOKE SELECT ON typeorm_migrations FROM fund_app');
    expect(await ready()).toMatchObject({ status: 503, body: { checks: { migrations: 'It does not answer' } } });
    await settle('GRANT SELECT ON typeorm_migrations TO fund_app');
    expect(await ready()).toMatchObject({ status: 200 });
  });

  it('a database that is not migrated is not ready, and says what to do', async () => {
    const empty = await testDatabase();
    await asOwner(empty, (owner) =>
      owner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO fund_app'),
    );
    running = await startApp({ url: empty.url });
    const answer = await ready();
    expect(answer).toMatchObject({
      status: 503,
      body: { checks: { migrations: expect.stringContaining('npm run fund -- migrate') as string } },
    });
    await running.close();
    await empty.close();
    running = await startApp({ url: database.url });
  });
});
