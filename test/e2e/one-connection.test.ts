import { awardRequest } from '../support/award-request.js';
import { randomUUID } from 'node:crypto';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import type { FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { openApiDocument } from '../../src/platform/http/openapi.js';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, reservation, yuan } from '../support/ledger.js';
import { watchTransactions } from '../support/one-connection.js';
import { until } from '../support/until.js';

/*
 * What a room writes beside a posting is there exactly when the posting is: both go out on one connection. Here every write of the
 * contract is done once; a statement that a transaction's work sends on another connection, through a repository of the pool for
 * example, is found.
 */

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let admin: Api;
const watch = watchTransactions();

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  [finance, admin] = await Promise.all([app.api('finance'), app.api('admin')]);
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('10000000.00'));
});
afterAll(async () => {
  watch.stop();
  await app.close();
  await database.close();
});

const FUND = '/funds/gz-ecommerce';

/** Every write of the contract, in an order in which each can be done. */
async function everyWrite(): Promise<Map<string, Answer<{ id?: string; version?: number; [more: string]: unknown }>>> {
  const done = new Map<string, Answer<{ id?: string; version?: number; [more: string]: unknown }>>();
  const write = async (route: string, by: Api, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = ''] = route.split(' ');
    const answer = await by.request<{ id: string; version: number; [more: string]: unknown }>(method, path, {
      key: method === 'POST' ? randomUUID() : null,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    done.set(route, answer);
    return answer.body;
  };
  const user = { username: 'another', displayName: '示例', role: 'auditor', password: 'a password of another' };
  const { id } = await write('POST /users', admin, '/users', user);
  await write(
    'PATCH /users/{id}',
    admin,
    `/users/${id}`,
    { displayName: '示範', password: 'another password' },
    { 'if-match': '"1"' },
  );
  const session = await write('POST /auth/login', admin, '/auth/login', { username: 'another', password: 'another password' });
  await write('POST /auth/logout', { ...admin, request: admin.request }, '/auth/logout', undefined, {
    authorization: `Bearer ${String(session['accessToken'])}`,
  });
  const fund = { code: 'another-fund', name: '示例', annualAmount: '1000.00', firstYear: 2016, lastYear: 2017 };
  await write('POST /funds', finance, '/funds', fund);
  const line = {
    code: 'another-line',
    section: '示例',
    title: { zhHant: '示例', zhHans: '示例', en: 'Illustrative' },
    leadAgencies: ['市經貿委'],
    form: 'subsidy',
    reservable: true,
    rule: { amount: { kind: 'discretionary' }, facts: [] },
  };
  await write('POST /funds/{fund}/lines', finance, `${FUND}/lines`, line);
  const change = { section: '示例二', rule: { amount: { kind: 'discretionary' }, facts: [], oncePerEnterprise: true } };
  await write('PATCH /funds/{fund}/lines/{line}', finance, `${FUND}/lines/another-line`, change, { 'if-match': '"1"' });
  await write('POST /funds/{fund}/years/{year}/open', finance, `${FUND}/years/2018/open`);
  const entry = { kind: 'supplement', amount: '1000.00', reason: '示例', documentNo: '示例', ceilingDocumentNo: '示例' };
  await write('POST /funds/{fund}/years/{year}/budget-entries', finance, `${FUND}/years/2016/budget-entries`, entry);
  const made = await write('POST /awards', finance, '/awards', awardRequest({ amount: '1000.00' }));
  await write('POST /awards/batch', finance, '/awards/batch', {
    mode: 'all',
    awards: [awardRequest({ amount: '10.00' }), awardRequest({ amount: '20.00' })],
  });
  const path = `/awards/${made.id}`;
  await write('POST /awards/{id}/commitments', finance, `${path}/commitments`, { amount: '900.00', documentNo: '合同' });
  await write('POST /awards/{id}/disbursements', finance, `${path}/disbursements`, { amount: '800.00', paymentRef: 'ZF-1' });
  await write('POST /awards/{id}/returns', finance, `${path}/returns`, { amount: '100.00', paymentRef: 'ZF-1', reason: '示例' });
  const demand = { amount: '200.00', paymentRef: 'ZF-1', reason: '示例' };
  await write('POST /awards/{id}/recovery-demands', finance, `${path}/recovery-demands`, demand);
  const history = await finance.get<{ items: { id: string }[] }>(`${path}/history`);
  const recovery = { amount: '200.00', demandId: history.body.items[0]?.id, receiptRef: 'SK-1' };
  await write('POST /awards/{id}/recoveries', finance, `${path}/recoveries`, recovery);
  await write('POST /awards/{id}/releases', finance, `${path}/releases`, { from: 'reserved', reason: '示例' });
  await write('POST /reconciliation-runs', finance, '/reconciliation-runs', { fund: 'gz-ecommerce' });
  await write('POST /findings/{id}/resolve', finance, `/findings/${await duplicate()}/resolve`, {
    resolution: 'dismiss',
    reason: '示例',
  });
  return done;
}

/** A finding about two awards of one project. */
async function duplicate(): Promise<string> {
  const ledger = app.app.get(Ledger);
  const first = reservation({ amountFen: yuan('10.00') });
  await mustPost(ledger, first);
  await mustPost(ledger, { ...first, approvedOffline: true });
  let found: string | undefined;
  await until('the finding is open', async () => {
    const { body } = await finance.get<FindingPageDto>('/findings?rule=one-subsidy&status=open');
    found = body.items[0]?.id;
    return found !== undefined;
  });
  return found ?? '';
}

test('No transaction of any write sends a statement on another connection than its own', async () => {
  const done = await everyWrite();
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
