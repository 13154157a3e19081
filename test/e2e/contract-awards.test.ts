import { awardRequest } from '../support/award-request.js';
import { connect } from 'node:net';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

interface Body {
  readonly id: string;
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let officer: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  [finance, officer] = await Promise.all([app.api('finance'), app.api('officer')]);
  const entries = [
    { kind: 'appropriation', amount: '1000000.00', effectiveOn: '2016-12-31' },
    ...['manufacturing-app', 'platform-top3', 'rd-centre'].map((line) => ({
      kind: 'allotment',
      amount: '10000.00',
      line,
      effectiveOn: '2016-12-31',
    })),
  ];
  for (const entry of entries) {
    const said = { ...entry, reason: '年度安排', documentNo: '穗財〔2016〕1號', effectiveOn: '2016-01-05' };
    expect((await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', said)).status).toBe(201);
  }
});

afterAll(async () => {
  await app.close();
  await database.close();
});

function request(more: Record<string, unknown> = {}): Record<string, unknown> {
  return awardRequest({ amount: '100.00', ...more });
}

async function reserved(): Promise<string> {
  const answer = await officer.post<Body>('/awards', request());
  expect(answer.status).toBe(201);
  return `/awards/${answer.body.id}`;
}

function pointers(answer: Answer<Body>): readonly string[] {
  return (answer.body.errors ?? []).map(({ pointer }) => pointer);
}

test('A step says what its row of the contract asks for, and never takes null for all there is', async () => {
  const award = await reserved();
  const commitment = await officer.post<Body>(`${award}/commitments`, { effectiveOn: '2016-12-31' });
  expect([commitment.status, pointers(commitment)]).toEqual([400, ['/documentNo']]);
  const all = await officer.post<Body>(`${award}/commitments`, { documentNo: '合同-1', amount: null, effectiveOn: '2016-12-31' });
  expect([all.status, pointers(all)]).toEqual([400, ['/amount']]);
  const release = await officer.post<Body>(`${award}/releases`, { from: 'reserved', effectiveOn: '2016-12-31' });
  expect([release.status, pointers(release)]).toEqual([400, ['/reason']]);
  for (const step of ['returns', 'recovery-demands']) {
    const answer = await finance.post<Body>(`${award}/${step}`, { amount: '1.00', paymentRef: 'ZF-0' });
    expect([step, answer.status, pointers(answer)]).toEqual([step, 400, ['/reason']]);
  }
});

test('A demand is cited in either case of its id', async () => {
  const award = await reserved();
  const on = { effectiveOn: '2016-04-01' };
  expect((await officer.post(`${award}/commitments`, { documentNo: '合同-2', ...on })).status).toBe(201);
  expect((await finance.post(`${award}/disbursements`, { amount: '50.00', paymentRef: 'ZF-2', ...on })).status).toBe(201);
  const demand = { amount: '50.00', paymentRef: 'ZF-2', reason: '未達標', ...on };
  expect((await finance.post(`${award}/recovery-demands`, demand)).status).toBe(201);
  const history = await finance.get<{ items: { id: string }[] }>(`${award}/history`);
  const demandId = history.body.items[0]?.id.toUpperCase();
  expect((await finance.post(`${award}/recoveries`, { amount: '50.00', demandId, receiptRef: 'SK-2', ...on })).status).toBe(201);
});

test('An item dated outside its year makes the whole batch malformed, with its place', async () => {
  const awards = [request(), request({ effectiveOn: '2015-12-31' })];
  const answer = await officer.post<Body>('/awards/batch', { mode: 'each', awards });
  expect([answer.status, pointers(answer)]).toEqual([400, ['/awards/1/effectiveOn']]);
});

test('Characters that do not show make neither another project nor another patent', async () => {
  const { enterprise } = request();
  const same = (project: unknown) => officer.post<Body>('/awards', request({ enterprise, project }));
  expect((await same({ title: '電商平臺' })).status).toBe(201);
  expect((await same({ title: '电商\u{fe0f}平台\u{200b}' })).body.code).toBe('project-already-subsidised');
  expect((await same({ title: '甲', code: 'P-1' })).status).toBe(201);
  expect((await same({ title: '乙', code: 'P\u{200b}-1' })).body.code).toBe('project-already-subsidised');
  const patent = (patentNumber: string) =>
    finance.post<Body>('/awards', request({ line: 'rd-centre', facts: { kind: 'domestic-patent', patentNumber } }));
  expect((await patent('ZL201610000001')).status).toBe(201);
  expect((await patent('ZL2016\u{200d}10000001')).body.code).toBe('line-rule-violated');
});

test('A fact of the wrong type is explained in the language of the reader', async () => {
  const answer = await finance.post<Body>('/awards', request({ line: 'platform-top3', facts: { nationalRank: '1' } }));
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/facts/nationalRank' }] } });
  expect(answer.body.errors?.[0]?.detail).toContain('須為整數');
});

test.each([
  ['no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['a header over the limit', `GET /health/live HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
])('What the parser refuses is a problem as well: %s', async (_, sent, status) => {
  const { hostname, port } = new URL(app.baseUrl);
  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(sent));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*application/problem\\+json[^]*"code":"validation-failed"`));
});

test('A recovery demand is answered with its id, and the award tells its payments and demands', async () => {
  const made = await finance.post<Body>('/awards', awardRequest({ amount: '100.00' }));
  const path = `/awards/${made.body.id}`;
  expect(made.body).toMatchObject({ effectiveOn: '2016-03-02', payments: [], demands: [] });
  const on = { effectiveOn: '2016-06-01' };
  await finance.post(`${path}/commitments`, { documentNo: '合同-3', ...on });
  await finance.post(`${path}/disbursements`, { amount: '60.00', paymentRef: 'ZF-30', ...on });
  await finance.post(`${path}/returns`, { amount: '10.00', paymentRef: 'zf-30', reason: '賬號有誤', ...on });
  const cited = { amount: '20.00', paymentRef: 'ZF-30', reason: '未達標', ...on };
  const demanded = await finance.post<{ demands: { id: string }[] }>(`${path}/recovery-demands`, cited);
  const { demands } = demanded.body;
  const demand = demands[0] ?? { id: '' };
  expect(demands).toEqual([{ id: demand.id, amount: '20.00', received: '0.00', status: 'open' }]);
  const received = { amount: '20.00', demandId: demand.id, receiptRef: 'SK-30', ...on };
  const recovered = await finance.post<Body>(`${path}/recoveries`, received);
  const money = {
    payments: [
      {
        paymentRef: 'ZF-30',
        amount: '60.00',
        effectiveOn: '2016-06-01',
        returned: '10.00',
        demanded: '20.00',
        recovered: '20.00',
      },
    ],
    demands: [{ id: demand.id, amount: '20.00', received: '20.00', status: 'received' }],
  };
  expect(recovered.body).toMatchObject(money);
  expect((await finance.get<Body>(path)).body).toMatchObject(money);
  const { body: list } = await finance.get<{ items: Body[] }>('/awards?limit=1');
  expect(list.items[0]).not.toHaveProperty('payments');
});

test('A letter in the area of a credit code is no credit code', async () => {
  // Right but for its area, with its own check character.
  const enterprise = { name: '示例企業', creditCode: '9144010AFLM000030D' };
  expect(await finance.post('/awards', awardRequest({ enterprise }))).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/enterprise/creditCode' }] },
  });
});
