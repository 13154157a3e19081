import type { AwardDto } from '../../src/awards/award.dto.js';
import type { PaymentDto, PaymentPageDto } from '../../src/awards/payments/payment.dto.js';
import { parseYuan } from '../../src/kernel/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Indexer } from '../../src/search/index.js';
import { signIn, startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, yuan } from '../support/ledger.js';

/*
 * Payments over HTTP: listed newest first by fund, year, line, agency, date, award and what people type of them, with what they come to.
 */

interface Refusal {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

const CROSSBORDER = { line: 'crossborder-logistics', facts: { operatesInCrossBorderCentre: true } };
const OF_2015 = { fiscalYear: 2015, approvedOn: '2015-03-01', effectiveOn: '2015-03-02' };

let database: TestDatabase;
let app: TestApp;
let finance: Api;
/** Awards by a name of this file's own, and the payments as they were made: the last is the newest. */
const awards: Record<string, AwardDto> = {};
const paid: PaymentDto[] = [];

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  const ledger = app.app.get(Ledger);
  await fundLine(ledger, 'manufacturing-app', yuan('1000000.00'));
  await fundLine(ledger, 'crossborder-logistics', yuan('1000000.00'));
  await fundLine(ledger, 'manufacturing-app', yuan('1000000.00'), 2015);

  const payee = { name: '廣州示例收款有限公司', bankAccount: '6222 0000 0000 1111', bank: '中國示例銀行' };
  await pay('first', {}, [
    { paymentRef: 'ZF-2016-000123', effectiveOn: '2016-05-03', payee, voucherNo: '穗財支〔2016〕88號', paidOn: '2016-05-02' },
    { paymentRef: 'zf 2016 000124', effectiveOn: '2016-05-04' },
  ]);
  await pay('earlier', OF_2015, [{ paymentRef: 'ZF-2015-1', effectiveOn: '2015-12-31' }]);
  await pay('other', CROSSBORDER, [
    { paymentRef: '跨境—甲', effectiveOn: '2016-06-30', voucherNo: 'Ｖ－７' },
    { paymentRef: '跨境-乙_%', effectiveOn: '2016-07-01' },
  ]);
  const on = { effectiveOn: '2016-12-01' };
  const first = `/awards/${awards['first']?.id}`;
  await finance.post(`${first}/returns`, { amount: '10.00', paymentRef: 'ZF-2016-000123', reason: '賬號有誤', ...on });
  const demand = { amount: '30.00', paymentRef: 'ZF-2016-000123', reason: '未達標', ...on };
  const demanded = await finance.post<AwardDto>(`${first}/recovery-demands`, demand);
  const recovery = { amount: '20.00', demandId: demanded.body.demands?.[0]?.id, receiptRef: 'SK-1', ...on };
  expect((await finance.post(`${first}/recoveries`, recovery)).status).toBe(201);
  paid.push(...(await list('')).items);
  await app.app.get(Indexer).catchUp();
});
afterAll(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await app.close();
  await database.close();
});

/** Makes an award of 1,000.00, commits it and pays 100.00 by each of these. */
async function pay(name: string, more: object, payments: readonly object[]): Promise<void> {
  const made = await finance.post<AwardDto>('/awards', awardRequest({ amount: '1000.00', ...more }));
  expect(made.status).toBe(201);
  awards[name] = made.body;
  const path = `/awards/${made.body.id}`;
  const on = { effectiveOn: `${made.body.fiscalYear}-04-01` };
  expect((await finance.post(`${path}/commitments`, { documentNo: '協議', ...on })).status).toBe(201);
  for (const payment of payments) {
    expect((await finance.post(`${path}/disbursements`, { amount: '100.00', ...payment })).status).toBe(201);
  }
}

async function list(query: string, api = finance): Promise<PaymentPageDto> {
  const answer = await api.get<PaymentPageDto>(`/payments${query}`);
  expect([query, answer.status]).toEqual([query, 200]);
  return answer.body;
}

const references = async (query: string, api = finance): Promise<string[]> =>
  (await list(query, api)).items.map(({ paymentRef }) => paymentRef);

/** All payments, page by page. */
async function walked(query: string, limit: number): Promise<PaymentDto[]> {
  const items: PaymentDto[] = [];
  for (let cursor = ''; ;) {
    const page = await list(`?limit=${limit}${query}${cursor}`);
    items.push(...page.items);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    if (page.nextCursor === null) return items;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

it('A payment is told with its award, what came back of it, its payee and its voucher', () => {
  const award = awards['first'];
  expect(paid.find(({ paymentRef }) => paymentRef === 'ZF-2016-000123')).toEqual({
    id: expect.any(String),
    award: {
      id: award?.id,
      number: award?.number,
      line: 'manufacturing-app',
      enterprise: { id: award?.enterprise.id, name: award?.enterprise.name },
    },
    fund: 'gz-ecommerce',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    paymentRef: 'ZF-2016-000123',
    amount: '100.00',
    returned: '10.00',
    demanded: '30.00',
    recovered: '20.00',
    effectiveOn: '2016-05-03',
    payee: { name: '廣州示例收款有限公司', bankAccount: '****1111', bank: '中國示例銀行' },
    voucherNo: '穗財支〔2016〕88號',
    paidOn: '2016-05-02',
    recordedAt: expect.stringMatching(/Z$/),
  });
  const plain = paid.find(({ paymentRef }) => paymentRef === 'ZF-2015-1');
  for (const name of ['payee', 'voucherNo', 'paidOn']) expect(plain).not.toHaveProperty(name);
});

it('A payment’s id is its entry’s', async () => {
  const { body } = await finance.get<{ kind: string; amount: string }>(`/journal/${paid[0]?.id}`);
  expect(body).toMatchObject({ kind: 'disburse', amount: '100.00' });
});

it('Payments come newest first, page by page, each once', async () => {
  const newest = ['跨境-乙_%', '跨境—甲', 'ZF-2015-1', 'zf 2016 000124', 'ZF-2016-000123'];
  expect(paid.map(({ paymentRef }) => paymentRef)).toEqual(newest);
  for (const limit of [1, 2, 5]) expect(await walked('', limit)).toEqual(paid);
  expect(await walked('&line=manufacturing-app', 1)).toEqual(paid.filter(({ line }) => line === 'manufacturing-app'));
});

it.each([
  ['fund=gz-ecommerce', 5],
  ['fund=no-such-fund', 0],
  ['fiscalYear=2016', 4],
  ['fiscalYear=2015', 1],
  ['fiscalYear=2014', 0],
  ['line=manufacturing-app', 3],
  ['line=manufacturing-app&fiscalYear=2016', 2],
  ['line=no-such-line', 0],
  [`agency=${encodeURIComponent('市外經貿局')}`, 2],
  [`agency=${encodeURIComponent('市經貿委')}`, 3],
  [`agency=${encodeURIComponent('市無此局')}`, 0],
  ['from=2016-05-04', 3],
  ['from=2016-05-05', 2],
  ['to=2016-05-03', 2],
  ['to=2016-05-02', 1],
  ['from=2016-05-03&to=2016-06-30', 3],
  ['from=2015-12-31&to=2015-12-31', 1],
  ['from=2016-06-30&to=2016-05-03', 0],
  ['award=00000000-0000-7000-8000-000000000000', 0],
])('%s: %i payments, and totals of so many', async (query, count) => {
  const { items, totals } = await list(`?${query}&totals=true`);
  expect([items.length, totals?.count]).toEqual([count, count]);
});

it('Payments of one award', async () => {
  expect(await references(`?award=${awards['other']?.id}`)).toEqual(['跨境-乙_%', '跨境—甲']);
});

it.each<[string, readonly string[]]>([
  ['ZF-2016', ['zf 2016 000124', 'ZF-2016-000123']],
  ['ｚｆ２０１６—０００１２３', ['ZF-2016-000123']],
  ['zf–2016 000124', ['zf 2016 000124']],
  ['穗财支', ['ZF-2016-000123']],
  ['穗財支[2016]', ['ZF-2016-000123']],
  ['收款有限', ['ZF-2016-000123']],
  ['示例收款有限公司 ', ['ZF-2016-000123']],
  ['v7', ['跨境—甲']],
  ['跨境－甲', ['跨境—甲']],
  ['跨境乙_%', ['跨境-乙_%']],
  ['跨境丙', []],
  // The end of one text and the beginning of the next are no text.
  ['甲v', []],
  ['中國示例銀行', []],
])('q=%s finds %j', async (q, found) => {
  expect(await references(`?q=${encodeURIComponent(q)}`)).toEqual(found);
});

it.each([
  ['q=%E7%94%B2', '/query/q'],
  ['q=%20%20', '/query/q'],
  ['q=.*', '/query/q'],
  ['q=--', '/query/q'],
  [`q=${encodeURIComponent('甲%')}`, '/query/q'],
  [`q=${'a'.repeat(101)}`, '/query/q'],
  ['award=1', '/query/award'],
  ['from=2016-02-30', '/query/from'],
  ['agency=x', '/query/agency'],
  ['totals=yes', '/query/totals'],
  ['status=paid', '/query/status'],
])('%s is refused', async (query, pointer) => {
  const { status, body } = await finance.get<Refusal>(`/payments?${query}`);
  expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, 'validation-failed', pointer]);
});

it('Totals are those of all pages, whatever the page', async () => {
  for (const query of ['', '&fiscalYear=2016', '&line=crossborder-logistics', '&q=zf']) {
    const all = await walked(query, 2);
    const sum = (of: (one: PaymentDto) => string): bigint => all.reduce((total, one) => total + (parseYuan(of(one)) ?? 0n), 0n);
    const { totals } = await list(`?limit=1&totals=true${query}`);
    expect(totals?.count).toBe(all.length);
    const said = [totals?.paid, totals?.returned, totals?.demanded, totals?.recovered].map((one) => parseYuan(one ?? ''));
    const [out, returned, , recovered] = [
      sum(({ amount }) => amount),
      sum((one) => one.returned),
      sum(({ demanded }) => demanded),
      sum((one) => one.recovered),
    ];
    expect(said).toEqual([out, returned, sum(({ demanded }) => demanded), recovered]);
    expect(parseYuan(totals?.net ?? '')).toBe(out - returned - recovered);
  }
  expect((await list('?totals=true')).totals).toEqual({
    count: 5,
    paid: '500.00',
    returned: '10.00',
    demanded: '30.00',
    recovered: '20.00',
    net: '470.00',
  });
  expect(await list('?totals=false')).not.toHaveProperty('totals');
});

it('A cursor goes on with the same filters and no others; totals are no filter', async () => {
  const { nextCursor } = await list('?limit=1&fiscalYear=2016');
  expect((await list(`?limit=1&fiscalYear=2016&totals=true&cursor=${nextCursor}`)).totals?.count).toBe(4);
  for (const query of ['fiscalYear=2015', 'fiscalYear=2016&q=zf', 'fiscalYear=2016&from=2016-01-01', '']) {
    const { status, body } = await finance.get<Refusal>(`/payments?limit=1&${query}&cursor=${nextCursor}`);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '/query/cursor']);
  }
  const officer = await app.api('officer');
  expect((await officer.get(`/payments?limit=1&fiscalYear=2016&cursor=${nextCursor}`)).status).toBe(400);
});

describe('An officer', () => {
  it('sees the payments of the lines that its agency leads, and no others’ totals', async () => {
    const officer = await app.api('officer');
    const { items, totals } = await list('?totals=true', officer);
    expect(items.map(({ line }) => line)).toEqual(['manufacturing-app', 'manufacturing-app', 'manufacturing-app']);
    expect(totals?.paid).toBe('300.00');
    expect(await references('?line=crossborder-logistics', officer)).toEqual([]);
    expect(await references(`?award=${awards['other']?.id}`, officer)).toEqual([]);
    expect(await references(`?q=${encodeURIComponent('跨境')}`, officer)).toEqual([]);
    expect(await references('', await app.api('officer2'))).toEqual([]);
    for (const name of ['auditor', 'admin']) expect(await references('', await app.api(name))).toHaveLength(5);
    expect((await (await app.api(null)).get('/payments')).status).toBe(401);
  });

  it('of a successor sees those of what it succeeded', async () => {
    const admin = await app.api('admin');
    const names = { zhHant: '市商務委', zhHans: '市商务委', en: 'Commerce' };
    expect((await admin.post('/agencies', { code: '市商務委', names, from: '2015-02-01' })).status).toBe(201);
    const path = `/agencies/${encodeURIComponent('市外經貿局')}`;
    const change = { to: '2015-01-31', successors: ['市商務委'] };
    expect((await admin.request('PATCH', path, { body: change, headers: { 'if-match': '"1"' } })).status).toBe(200);
    const user = { username: 'successor', displayName: '某', role: 'officer', agency: '市商務委', password: 'a long password' };
    expect((await admin.post('/users', user)).status).toBe(201);
    const officer = await signIn(app.baseUrl, user.username, user.password);
    expect(await references('', officer)).toEqual(['跨境-乙_%', '跨境—甲']);
  });
});
