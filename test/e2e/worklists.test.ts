import type { AwardDto } from '../../src/awards/award.dto.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { businessDateOf, daysLater } from '../../src/kernel/index.js';
import { Ledger } from '../../src/ledger/index.js';
import type { FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { RunRequests } from '../../src/reconciliation/index.js';
import type { WorklistDto } from '../../src/worklists/worklist.dto.js';
import type { PositionDto } from '../../src/budget/positions/position.dto.js';
import { signIn, startApp, type Api, type TestApp } from '../support/app.js';
import { askSecondPerson } from '../support/approvals.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';

/*
 * Work lists: what waits for each user, by links that hold exactly what is counted. manufacturing-app is led by 市經貿委 (officer),
 * payment-licence by 市金融辦 (officer2).
 */

const [OURS, THEIRS] = ['manufacturing-app', 'payment-licence'] as const;
const USERS = ['finance', 'finance2', 'officer', 'officer2', 'auditor', 'admin'] as const;
const TODAY = businessDateOf(new Date());
const BUDGET_ENTRIES = '/funds/gz-ecommerce/years/2016/budget-entries';

/** Of approvals, where a user has asked for nothing and decides nothing. */
const NOTHING_ASKED = { 'approvals-waiting': [0, '0.00'], 'approvals-asked': [0, '0.00'] };

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let serial = 0;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  const ledger = app.app.get(Ledger);
  for (const line of [OURS, THEIRS]) await fundLine(ledger, line, yuan('1000.00'));
  await fundLine(ledger, OURS, yuan('1000.00'), 2015);
  const unpaid: string[] = [];
  // Awards committed and unpaid, with a part still reserved or without; of one a payment is demanded back and received in part.
  for (const line of [OURS, THEIRS]) {
    unpaid.push(await committed(await reserved({ line, amount: '100.00' }), { amount: '60.00' }));
    const paid = await committed(await reserved({ line, amount: '50.00' }));
    await made(`${paid}/disbursements`, { amount: '50.00', paymentRef: `ZF-${line}` });
    const demand = { amount: '20.00', paymentRef: `ZF-${line}`, reason: '未達標' };
    await made(`${paid}/recovery-demands`, demand);
    await made(`${paid}/recovery-demands`, { ...demand, amount: '10.00' });
    const { body } = await finance.get<AwardDto>(paid);
    const receipt = { amount: '5.00', demandId: body.demands?.[0]?.id, receiptRef: `SK-${line}` };
    await made(`${paid}/recoveries`, receipt);
  }
  const past = await committed(
    await reserved({ fiscalYear: 2015, approvedOn: '2015-03-01', effectiveOn: '2015-03-01', amount: '7.00' }),
    {
      effectiveOn: '2015-12-01',
    },
  );
  await made(`${past}/disbursements`, { amount: '7.00', paymentRef: 'ZF-2015', effectiveOn: '2015-12-01' });
  // One project twice on our line, and one on both lines, of which theirs stands.
  for (const [first, project] of [
    [OURS, { title: '示例甲項目' }],
    [THEIRS, { title: '示例乙項目' }],
  ] as const) {
    const enterprise = awardRequest()['enterprise'];
    await reserved({ line: first, enterprise, project, amount: '30.00' });
    await reserved({ enterprise, project, amount: '20.00', approvedOffline: true });
  }
  // Two overrides of our line that it needs, of which one runs out soon; one of theirs that was made good since.
  await reduced(OURS, '940.00', 10);
  await reduced(OURS, '25.00', 100);
  await reduced(THEIRS, '900.00', 5);
  await budgetEntry({ kind: 'supplement', amount: '500.00' });
  await budgetEntry({ kind: 'allotment', line: THEIRS, amount: '500.00' });
  const rules = ['one-subsidy', 'over-commitment'] as const;
  await app.app.get(RunRequests).reconcile({ fundId: 1, fiscalYear: null, rules: [...rules], trigger: 'request' });
  const { body } = await finance.get<FindingPageDto>(`/findings?rule=one-subsidy&line=${THEIRS}`);
  const known = { resolution: 'acknowledge', until: daysLater(TODAY, 10), reason: '已知悉' };
  expect((await finance.post(`/findings/${body.items[0]?.id ?? ''}/resolve`, known)).status).toBe(200);
  // Payments that wait: two of finance, one of its colleague, one of an officer; and one that was withdrawn.
  await askSecondPerson(database, [{ kind: 'disbursement' }]);
  const [ours = '', theirs = ''] = unpaid;
  await asked('finance', theirs, '20.00');
  await asked('finance', ours, '1.00');
  await asked('finance2', theirs, '10.00');
  await asked('officer', ours, '5.00');
  const given = await asked('finance', ours, '2.00');
  expect((await finance.post(`/approvals/${given}/withdraw`, {})).status).toBe(200);
});
afterAll(async () => {
  await app.close();
  await database.close();
});

async function reserved(more: Record<string, unknown>): Promise<string> {
  serial += 1;
  const facts = { licenceNumber: `Z${serial}`, businessKind: 'mobile', registeredInGuangzhou: true };
  const { status, body } = await finance.post<AwardDto>(
    '/awards',
    awardRequest({ ...more, ...(more['line'] === THEIRS ? { facts } : {}) }),
  );
  expect(status).toBe(201);
  return `/awards/${body.id}`;
}

async function made(path: string, body: object): Promise<void> {
  expect([path, (await finance.post(path, { effectiveOn: '2016-12-01', ...body })).status]).toEqual([path, 201]);
}

/** A payment that a user asks for; it waits. */
async function asked(user: string, award: string, amount: string): Promise<string> {
  serial += 1;
  const payment = { amount, paymentRef: `ZF-W${serial}`, effectiveOn: '2016-12-01' };
  const { status, body } = await (await app.api(user)).post<{ id: string }>(`${award}/disbursements`, payment);
  expect([user, status]).toEqual([user, 202]);
  return body.id;
}

async function committed(award: string, more: object = {}): Promise<string> {
  await made(`${award}/commitments`, { documentNo: '協議', ...more });
  return award;
}

const budgetEntry = (body: object) =>
  made(BUDGET_ENTRIES, { reason: '示例', documentNo: '穗財〔2016〕8號', effectiveOn: '2016-12-31', ...body });
const reduced = (line: string, amount: string, days: number) => {
  const override = { reason: '紀要', documentNo: '紀要', expiresOn: daysLater(TODAY, days) };
  return budgetEntry({ kind: 'reduction', line, amount, override });
};

async function worklist(user: string, query = ''): Promise<WorklistDto> {
  const { status, body } = await (await app.api(user)).get<WorklistDto>(`/worklists${query}`);
  expect(status).toBe(200);
  return body;
}

/** Counts and amounts by kind. */
async function waiting(user: string, query = ''): Promise<Record<string, readonly [number, string]>> {
  const { items } = await worklist(user, query);
  return Object.fromEntries(items.map(({ kind, count, amount }) => [kind, [count, amount]]));
}

/** How many the list behind a link holds, page by page. */
async function held(api: Api, link: string): Promise<number> {
  let [found, cursor] = [0, ''];
  for (;;) {
    const path = `${link.replace('/api/v1', '')}&limit=1${cursor}`;
    const { status, body } = await api.get<{ items: unknown[]; nextCursor: string | null }>(path);
    expect([path, status]).toEqual([path, 200]);
    found += body.items.length;
    if (body.nextCursor === null) return found;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

it('counts what waits for who sees all', async () => {
  const all = {
    'findings-open': [2, expect.any(String)],
    'findings-due': [1, '20.00'],
    'overrides-expiring': [1, '155.00'],
    'awards-on-hold': [2, '40.00'],
    'awards-unpaid': [2, '120.00'],
    'demands-open': [2, '50.00'],
  };
  for (const user of ['auditor', 'admin']) expect(await waiting(user)).toEqual({ ...all, ...NOTHING_ASKED });
  // What finance has asked for waits for somebody else.
  expect(await waiting('finance')).toEqual({ ...all, 'approvals-waiting': [2, '15.00'], 'approvals-asked': [2, '21.00'] });
  expect(await waiting('finance2')).toEqual({ ...all, 'approvals-waiting': [3, '26.00'], 'approvals-asked': [1, '10.00'] });
});

it('counts for officers what is on their lines, a finding by any award that it names', async () => {
  expect(await waiting('officer')).toEqual({
    'approvals-waiting': [0, '0.00'],
    'approvals-asked': [1, '5.00'],
    'findings-open': [2, expect.any(String)],
    'findings-due': [1, '20.00'],
    'overrides-expiring': [1, '155.00'],
    'awards-on-hold': [2, '40.00'],
    'awards-unpaid': [1, '60.00'],
    'demands-open': [1, '25.00'],
  });
  expect(await waiting('officer2')).toEqual({
    ...NOTHING_ASKED,
    'findings-open': [0, '0.00'],
    'findings-due': [1, '20.00'],
    'overrides-expiring': [0, '0.00'],
    'awards-on-hold': [0, '0.00'],
    'awards-unpaid': [1, '60.00'],
    'demands-open': [1, '25.00'],
  });
});

it.each(['', '?fund=gz-ecommerce', '?fund=gz-ecommerce&fiscalYear=2016', '?fiscalYear=2015', '?fund=no-such-fund'])(
  'links to lists that hold as many for the same reader: %s',
  async (query) => {
    for (const user of USERS) {
      const api = await app.api(user);
      const { items } = await worklist(user, query);
      for (const { kind, count, link } of items) {
        expect([user, kind, await held(api, link)]).toEqual([user, kind, count]);
      }
    }
  },
);

it('narrows by fund and year', async () => {
  expect(await waiting('finance', '?fiscalYear=2016')).toEqual(await waiting('finance'));
  for (const nothing of ['?fiscalYear=2015', '?fund=no-such-fund']) {
    expect(Object.values(await waiting('finance', nothing))).toEqual(Array(8).fill([0, '0.00']));
  }
  for (const wrong of ['?fiscalYear=x', '?fund=', '?more=1']) {
    expect((await finance.get(`/worklists${wrong}`)).status).toBe(400);
  }
});

it('names what waits in the reader’s language', async () => {
  const titles = async (language: string) => {
    const { body } = await finance.request<WorklistDto>('GET', '/worklists', { headers: { 'accept-language': language } });
    return body.items.find(({ kind }) => kind === 'awards-on-hold')?.title;
  };
  expect(await Promise.all(['zh-Hant', 'zh-Hans', 'en'].map(titles))).toEqual([
    '暫停支付的扶持項目',
    '暂停支付的扶持项目',
    'Awards on hold',
  ]);
});

describe('My lines', () => {
  it('have what the position says, in each open year, newest first', async () => {
    const { lines } = await worklist('officer');
    const mine = lines.filter(({ line }) => line === OURS);
    expect(mine.map(({ fiscalYear }) => fiscalYear)).toEqual([2017, 2016, 2015, 2014, 2013]);
    for (const { fund, fiscalYear, ...own } of mine) {
      const { body } = await finance.get<PositionDto>(`/funds/${fund}/years/${fiscalYear}`);
      expect(body.lines.find(({ line }) => line === OURS)).toMatchObject(own);
    }
    expect(mine[1]).toMatchObject({ available: '-180.00', overCommitted: '180.00', committed: '60.00', disbursed: '45.00' });
  });

  it('are those that the agency leads and that can be reserved on, of the fund and year asked for', async () => {
    const of2016 = async (user: string) =>
      (await worklist(user, '?fund=gz-ecommerce&fiscalYear=2016')).lines.map(({ line }) => line);
    expect(await of2016('officer')).toEqual([
      'cluster-park',
      'platform-top3',
      'demo-enterprise',
      'manufacturing-app',
      'market-app',
      'mobile-innovation',
    ]);
    expect(await of2016('officer2')).toEqual(['payment-licence', 'listing-otc-bond', 'ipo']);
    for (const user of ['finance', 'auditor', 'admin']) expect(await of2016(user)).toEqual([]);
    expect((await worklist('officer', '?fund=no-such-fund')).lines).toEqual([]);
  });

  it('are those of whom the agency succeeded as well', async () => {
    const admin = await app.api('admin');
    const names = { zhHant: '示例局', zhHans: '示例局', en: 'An example' };
    expect((await admin.post('/agencies', { code: '市金融局', names, from: '2015-02-01' })).status).toBe(201);
    const { headers } = await admin.get(`/agencies/${encodeURIComponent('市金融辦')}`);
    const succeeded = await admin.request('PATCH', `/agencies/${encodeURIComponent('市金融辦')}`, {
      body: { successors: ['市金融局'] },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    expect(succeeded.status).toBe(200);
    const user = {
      username: 'successor',
      displayName: '示例',
      role: 'officer',
      agency: '市金融局',
      password: 'a password of it',
    };
    expect((await admin.post('/users', user)).status).toBe(201);
    const successor = await signIn(app.baseUrl, user.username, user.password);
    const { body } = await successor.get<WorklistDto>('/worklists');
    expect(body).toEqual(await worklist('officer2'));
    expect(body.lines.length).toBeGreaterThan(0);
  });

  it('leave out one whose rate is not set, and take it in once it is', async () => {
    const admin = await app.api('admin');
    const user = {
      username: 'personnel',
      displayName: '示例',
      role: 'officer',
      agency: '市人力資源和社會保障局',
      password: 'a password of it',
    };
    expect((await admin.post('/users', user)).status).toBe(201);
    const personnel = await signIn(app.baseUrl, user.username, user.password);
    const talent = async () =>
      (await personnel.get<WorklistDto>('/worklists?fiscalYear=2016')).body.lines.map(({ line }) => line);
    expect(await talent()).toEqual([]);
    const line = await finance.get<{ version: number; rule: { amount: object } }>('/funds/gz-ecommerce/lines/talent');
    const change = {
      rule: { ...line.body.rule, amount: { ...line.body.rule.amount, rate: '0.10' } },
      reason: '核定',
      documentNo: '穗財1號',
    };
    const changed = await finance.request('PATCH', '/funds/gz-ecommerce/lines/talent', {
      body: change,
      headers: { 'if-match': `"${line.body.version}"` },
    });
    expect(changed.status).toBe(200);
    expect(await talent()).toEqual(['talent']);
  });
});
