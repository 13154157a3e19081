import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SilentProxy } from '../support/silent-proxy.js';

/*
 * The database's host goes without a word: what was sent on the connections that were open is never answered, and TCP would wait for a
 * quarter of an hour. Every request ends all the same, and those that come later are served on new connections.
 */

let database: TestDatabase;
let proxy: SilentProxy;
let app: TestApp;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  proxy = new SilentProxy(new URL(database.url));
  app = await startApp({
    url: await proxy.listen(),
    environment: { DATABASE_STATEMENT_TIMEOUT_MS: '1000', DATABASE_POOL_SIZE: '8' },
  });
  finance = await app.api('finance');
});
afterAll(async () => {
  proxy.close();
  await app.close();
  await database.close();
});

const POSITION = '/funds/gz-ecommerce/years/2016';

test('A session outlives connections that have gone silent, and what is not answered is refused', async () => {
  await Promise.all(Array.from({ length: 8 }, () => finance.get(POSITION)));
  // What is remembered of the session is asked for again after two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect(proxy.silence()).toBeGreaterThan(2);
  const during = await Promise.all(Array.from({ length: 20 }, () => finance.get(POSITION)));
  expect(during.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual([]);
  // Each silent connection is given up once; then all is as before, with the same session.
  let last = await finance.get(POSITION);
  for (let more = 0; more < 8 && last.status !== 200; more += 1) last = await finance.get(POSITION);
  expect(last.status).toBe(200);
  const after = await Promise.all(Array.from({ length: 20 }, () => finance.get(POSITION)));
  expect(after.map(({ status }) => status)).toEqual(after.map(() => 200));
}, 60_000);
