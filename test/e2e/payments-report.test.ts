import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/* What was paid, month by month and agency by agency, and what of it came back: given these payments, the report is the position's disbursed. */

interface ReportAnswer {
  readonly columns: { readonly key: string; readonly title: string }[];
  readonly rows: Record<string, string | number | null>[];
  readonly totals: Record<string, string | number>;
}

/** Led by 市經貿委. */
const ALONE = 'manufacturing-app';
/** Led by 市科技和信息化局 and 市經貿委. */
const TOGETHER = 'mobile-innovation';
const YEAR = 'fund=gz-ecommerce&fiscalYear=2016';

let database: TestDatabase;
let app: TestApp;
let finance: Api;
/** When all was paid, and nothing had come back. */
let allPaid = '';

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  for (const year of [2015, 2016]) {
    const said = { reason: '年度安排', documentNo: `穗財〔${year}〕1號`, effectiveOn: `${year}-01-05` };
    const entries = [
      { kind: 'appropriation', amount: '100000.00' },
      { kind: 'allotment', amount: '10000.00', line: ALONE },
      { kind: 'allotment', amount: '10000.00', line: TOGETHER },
    ];
    for (const entry of entries) await done(`/funds/gz-ecommerce/years/${year}/budget-entries`, { ...entry, ...said });
  }
  const alone = await committed(2016, ALONE, '1000.00');
  await pay(alone, '600.00', 'ZF-1', '2016-03-10');
  await pay(alone, '400.00', 'ZF-2', '2016-04-10');
  const together = await committed(2016, TOGETHER, '500.00');
  await pay(together, '300.00', 'ZF-3', '2016-03-20');
  const before = await committed(2015, ALONE, '50.00');
  await pay(before, '50.00', 'ZF-4', '2015-12-30');
  await sleep(20);
  allPaid = new Date().toISOString();
  await sleep(20);
  await done(`${before}/returns`, { amount: '20.00', paymentRef: 'ZF-4', reason: '戶名不符', effectiveOn: '2015-12-31' });
  await done(`${alone}/returns`, { amount: '100.00', paymentRef: 'ZF-1', reason: '賬號不符', effectiveOn: '2016-05-02' });
  const demand = { amount: '200.00', paymentRef: 'ZF-3', reason: '未達標', effectiveOn: '2016-06-01' };
  await done(`${together}/recovery-demands`, demand);
  const { body } = await finance.get<{ items: { id: string }[] }>(`${together}/history`);
  const received = { amount: '150.00', demandId: body.items[0]?.id, receiptRef: 'SK-3', effectiveOn: '2016-07-01' };
  await done(`${together}/recoveries`, received);
});

afterAll(async () => {
  await app.close();
  await database.close();
});

async function done(path: string, body: Record<string, unknown>): Promise<{ readonly id: string }> {
  const answer = await finance.post<{ readonly id: string }>(path, body);
  expect([path, answer.status]).toEqual([path, 201]);
  return answer.body;
}

async function committed(fiscalYear: number, line: string, amount: string): Promise<string> {
  const dates = { approvedOn: `${fiscalYear}-02-01`, effectiveOn: `${fiscalYear}-02-01` };
  const { id } = await done('/awards', awardRequest({ fiscalYear, line, amount, ...dates }));
  await done(`/awards/${id}/commitments`, { documentNo: `合同-${id}`, effectiveOn: `${fiscalYear}-02-02` });
  return `/awards/${id}`;
}

async function pay(award: string, amount: string, paymentRef: string, effectiveOn: string): Promise<void> {
  await done(`${award}/disbursements`, { amount, paymentRef, effectiveOn });
}

async function payments(more = '', scope = YEAR): Promise<ReportAnswer> {
  const { status, body } = await finance.get<ReportAnswer>(`/reports/payments?${scope}${more}`);
  expect([more, status]).toEqual([more, 200]);
  return body;
}

const KEYS = ['month', 'agency', 'line', 'count', 'paid', 'returned', 'recovered', 'net'];
const brief = ({ rows }: ReportAnswer) => rows.map((row) => KEYS.map((key) => row[key]));

const BOTH = '市科技和信息化局、市經貿委';
const MARCH = [
  ['2016-03', BOTH, TOGETHER, 1, '300.00', '0.00', '150.00', '150.00'],
  ['2016-03', '市經貿委', ALONE, 1, '600.00', '100.00', '0.00', '500.00'],
];
const APRIL = ['2016-04', '市經貿委', ALONE, 1, '400.00', '0.00', '0.00', '400.00'];

describe('Report payments', () => {
  it('has a row for each month and line, a line that two agencies lead once, and what came back beside what was paid', async () => {
    const report = await payments();
    expect(brief(report)).toEqual([...MARCH, APRIL]);
    expect(report.totals).toEqual({ count: 3, paid: '1300.00', returned: '100.00', recovered: '150.00', net: '1050.00' });
    for (const row of report.rows) expect(Object.keys(row)).toEqual(report.columns.map(({ key }) => key));
  });

  it.each([
    ['', '1050.00'],
    ['&asOf=2016-03-09', '0.00'],
    ['&asOf=2016-03-10', '600.00'],
    ['&asOf=2016-05-01', '1300.00'],
    ['&asOf=2016-05-02', '1200.00'],
    ['&asOf=2016-06-30', '1200.00'],
    ['&asOf=2016-07-01', '1050.00'],
    ['recordedAsOf', '1300.00'],
    ['recordedAsOf&asOf=2016-03-31', '900.00'],
  ])('is the position’s disbursed%s', async (clock, net) => {
    const query = clock.replace('recordedAsOf', `&recordedAsOf=${allPaid}`);
    const { body: position } = await finance.get<{ disbursed: string }>(`/funds/gz-ecommerce/years/2016?${query.slice(1)}`);
    const { totals } = await payments(query);
    expect([totals['net'], position.disbursed]).toEqual([net, net]);
  });

  it('narrows to a month, to an agency that leads alone or with others, and to a line', async () => {
    expect(brief(await payments('&month=2016-03'))).toEqual(MARCH);
    expect(brief(await payments('&month=2016-01'))).toEqual([]);
    expect(brief(await payments(`&agency=${encodeURIComponent('市經貿委')}`))).toEqual([...MARCH, APRIL]);
    expect(brief(await payments(`&agency=${encodeURIComponent('市经贸委')}&month=2016-04`))).toEqual([APRIL]);
    const other = await payments(`&agency=${encodeURIComponent('市科技和信息化局')}`);
    expect([brief(other), other.totals['net']]).toEqual([[MARCH[0]], '150.00']);
    expect(brief(await payments(`&agency=${encodeURIComponent('市金融辦')}`))).toEqual([]);
    expect(brief(await payments(`&line=${TOGETHER}&account=ignored`))).toEqual([MARCH[0]]);
  });

  it('is of several years, with one total', async () => {
    const { rows, totals } = await payments('', 'fund=gz-ecommerce&fiscalYear=2015,2016');
    expect(rows.map((row) => [row['fiscalYear'], row['month'], row['net']])).toEqual([
      [2015, '2015-12', '30.00'],
      [2016, '2016-03', '150.00'],
      [2016, '2016-03', '500.00'],
      [2016, '2016-04', '400.00'],
    ]);
    expect(totals).toMatchObject({ count: 4, net: '1080.00' });
  });

  it('is the same table as CSV, as another reader sees it, in the reader’s language, and whole for every officer', async () => {
    const officer = await app.api('officer2');
    const headers = { 'accept-language': 'en' };
    const { body } = await officer.request<string>('GET', `/reports/payments?${YEAR}&format=csv`, { headers });
    const json = await officer.request<ReportAnswer>('GET', `/reports/payments?${YEAR}`, { headers });
    const rows = parse(body, { bom: true, from_line: 2 });
    expect(rows).toEqual(json.body.rows.map((row) => json.body.columns.map(({ key }) => String(row[key]))));
    expect(json.body.rows).toHaveLength(3);
    expect(json.body.columns.map(({ title }) => title)).toContain('Recovered');
    expect(json.body.rows[0]?.['agencyName']).not.toMatch(/\p{Script=Han}/u);
    expect(json.body.rows[0]?.['agencyName']).toContain(', ');
    expect((await payments()).rows[0]?.['agencyName']).toBe('廣州市科技和信息化局、廣州市經濟貿易委員會');
  });

  it('refuses a month that is none or in none of the years, an agency and a line that are not there', async () => {
    const refusal = async (report: string, more: string) => {
      const { status, body } = await finance.get<{ errors?: { pointer: string }[] }>(`/reports/${report}?${YEAR}${more}`);
      return [status, body.errors?.[0]?.pointer];
    };
    for (const month of ['2016-13', '2016-00', '2016-3', '2016', '03', '2016-03-01']) {
      expect([month, ...(await refusal('trial-balance', `&month=${month}`))]).toEqual([month, 400, '/query/month']);
    }
    expect(await refusal('payments', '&month=2015-12')).toEqual([400, '/query/month']);
    expect(await refusal('account-ledger', '&account=4902&month=2015-12')).toEqual([400, '/query/month']);
    expect(await refusal('payments', `&agency=${encodeURIComponent('市無此委')}`)).toEqual([400, '/query/agency']);
    expect(await refusal('payments', '&line=nothing')).toEqual([404, undefined]);
    // Where they mean nothing, they are ignored.
    expect(await refusal('trial-balance', '&month=2015-12&agency=nobody')).toEqual([200, undefined]);
    expect(await refusal('budget-execution', '&month=2015-12&agency=nobody&order=recorded')).toEqual([200, undefined]);
  });
});

describe('Account ledger of a month', () => {
  const ledger = async (more: string, scope = YEAR) => {
    const path = `/reports/account-ledger?${scope}&account=4902&line=${ALONE}${more}`;
    const { rows, totals } = (await finance.get<ReportAnswer>(path)).body;
    return [totals['opening'], rows.map((row) => [row['effectiveOn'], row['balance']]), totals['balance']];
  };

  it('opens with the balance before its first day and closes with that of its last', async () => {
    const april = ['600.00', [['2016-04-10', '1000.00']], '1000.00'];
    for (const more of ['', '&order=recorded', '&asOf=2016-12-31', `&recordedAsOf=${allPaid}`]) {
      expect(await ledger(`&month=2016-04${more}`)).toEqual(april);
    }
    expect(await ledger('&month=2016-03')).toEqual(['0.00', [['2016-03-10', '600.00']], '600.00']);
    expect(await ledger('&month=2016-05')).toEqual(['1000.00', [['2016-05-02', '900.00']], '900.00']);
    expect(await ledger('&month=2016-12')).toEqual(['900.00', [], '900.00']);
  });

  it('knows of neither clock more than it is asked for', async () => {
    expect(await ledger('&month=2016-05&asOf=2016-05-01')).toEqual(['1000.00', [], '1000.00']);
    expect(await ledger('&month=2016-05&asOf=2016-03-31')).toEqual(['600.00', [], '600.00']);
    expect(await ledger(`&month=2016-06&recordedAsOf=${allPaid}`)).toEqual(['1000.00', [], '1000.00']);
    expect(await ledger(`&month=2016-06&recordedAsOf=${allPaid}&asOf=2016-03-31`)).toEqual(['600.00', [], '600.00']);
    // Of several years, the month's alone.
    expect(await ledger('&month=2016-05', 'fund=gz-ecommerce&fiscalYear=2015,2016')).toEqual(await ledger('&month=2016-05'));
  });
});
