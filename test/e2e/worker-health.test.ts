import { testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { spawnSource } from '../support/spawn-source.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('A worker answers its health and its metrics, and nothing of the API', async () => {
  const port = await freePort();
  const worker = spawnSource('worker.ts', [], testEnvironment(database.url, { WORKER_PORT: String(port), LOG_LEVEL: 'info' }));
  try {
    await worker.until(/"msg":"working"/);
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get('/health/live')).status).toBe(200);
    expect(await (await get('/health/ready')).json()).toMatchObject({ status: 'ready', degraded: false });
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/^fund_outbox_oldest_seconds 0$/m);
    expect(metrics).toMatch(/^fund_database_connections\{state="most"\} 10$/m);
    expect(metrics).toMatch(/^fund_database_connections\{state="lent"\} \d+$/m);
    expect(metrics).toContain('# TYPE fund_reconciliation_age_seconds gauge');
    for (const path of ['/api/v1/funds', '/docs', '/']) expect([path, (await get(path)).status]).toEqual([path, 404]);
  } finally {
    worker.child.kill('SIGTERM');
  }
  expect(await worker.ended).toBe(0);
}, 60_000);
