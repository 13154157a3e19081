import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { openApiDocument } from '../../src/platform/http/openapi/openapi.js';
import { startApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { everyWrite } from '../support/every-write.js';
import { watchTransactions } from '../support/one-connection.js';

/*
 * What a room writes beside a posting is there exactly when the posting is: both go out on one connection. Here every write of the
 * contract is done once; a statement that a transaction's work sends on another connection, through a repository of the pool for
 * example, is found.
 */

let database: TestDatabase;
let app: TestApp;
const watch = watchTransactions();

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('10000000.00'));
});
afterAll(async () => {
  watch.stop();
  await app.close();
  await database.close();
});

test('No transaction of any write sends a statement on another connection than its own', async () => {
  const done = await everyWrite(app);
  const { paths } = openApiDocument(app.app);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get')
      .map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  expect([...done.keys()].sort()).toEqual(routes.sort());
  for (const [route, answer] of done)
    expect([route, answer.status, answer.status < 300 ? '' : answer.body]).toEqual([route, answer.status, '']);
  expect(watch.watched()).toBeGreaterThan(done.size);
  expect(watch.astray).toEqual([]);
});
