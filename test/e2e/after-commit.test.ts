import { awardRequest } from '../support/award-request.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { SilentProxy } from '../support/silent-proxy.js';
import { until } from '../support/until.js';

/*
 * The database breaks in the moment in which a write is committed: it is done, and its answer says so. What an answer needs is read
 * before, so that nobody is told `unavailable` of a write that stands.
 */

let database: TestDatabase;
let proxy: SilentProxy;
let app: TestApp;
let finance: Api;
let officer: Api;
let admin: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  proxy = new SilentProxy(new URL(database.url));
  app = await startApp({ url: await proxy.listen() });
  [finance, officer, admin] = await Promise.all([app.api('finance'), app.api('officer'), app.api('admin')]);
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('10000.00'));
});
afterAll(async () => {
  proxy.mend();
  proxy.close();
  await app.close();
  await database.close();
});

/** The write's answer, with the database gone as soon as it is committed. */
async function breaking<T>(write: () => Promise<Answer<T>>): Promise<Answer<T>> {
  // The session is known for two seconds: the write itself is what commits next.
  await Promise.all([finance, officer, admin].map((api) => api.get('/auth/me')));
  proxy.breakAfterCommit();
  const answer = await write();
  expect(proxy.isBroken).toBe(true);
  proxy.mend();
  await until('the database is there again', async () => (await finance.get<unknown>('/funds')).status === 200);
  return answer;
}

test('A reservation, alone and in a batch, a step of another user’s award, and a budget entry', async () => {
  const made = await breaking(() => officer.post<{ id: string }>('/awards', awardRequest()));
  expect(made).toMatchObject({ status: 201, body: { createdBy: 'officer' } });
  expect(
    await breaking(() => officer.post('/awards/batch', { mode: 'each', awards: [awardRequest(), awardRequest()] })),
  ).toMatchObject({
    status: 200,
  });
  // Finance has never seen who made it: the name is looked up before the commitment is posted.
  expect(
    await breaking(() => finance.post(`/awards/${made.body.id}/commitments`, { documentNo: '合同', effectiveOn: '2016-12-31' })),
  ).toMatchObject({
    status: 201,
    body: { status: 'committed', createdBy: 'officer' },
  });
  const entry = {
    kind: 'supplement',
    amount: '1.00',
    reason: '示例',
    documentNo: '示例',
    ceilingDocumentNo: '示例',
    effectiveOn: '2016-12-31',
  };
  expect(await breaking(() => finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry))).toMatchObject({
    status: 201,
  });
});

test('A user, a change of one, a fund, a line, a year and a run', async () => {
  const user = { username: 'another', displayName: '示例', role: 'auditor', password: 'a password of another' };
  const made = await breaking(() => admin.post<{ id: string }>('/users', user));
  expect(made).toMatchObject({ status: 201 });
  const change = { body: { displayName: '示範' }, headers: { 'if-match': '"1"' } };
  expect(await breaking(() => admin.request('PATCH', `/users/${made.body.id}`, change))).toMatchObject({ status: 200 });
  const fund = { code: 'another-fund', name: '示例', annualAmount: '1000.00', firstYear: 2016, lastYear: 2017 };
  expect(await breaking(() => finance.post('/funds', fund))).toMatchObject({ status: 201 });
  expect(await breaking(() => finance.post('/funds/another-fund/years/2016/open'))).toMatchObject({ status: 200 });
  expect(await breaking(() => finance.post('/reconciliation-runs', { fund: 'another-fund' }))).toMatchObject({ status: 202 });
});
