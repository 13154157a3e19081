import { startApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

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
      { status: 'ready', checks: { database: null, migrations: null, queue: null } },
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
