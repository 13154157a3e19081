import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './generated/api.js';

/*
 * The day of the three users, by a client that is generated from the OpenAPI document and knows nothing else: `node walk.ts BASE_URL`. Nothing is
 * cast: what the document says is what the compiler holds this to.
 */

const FUND = 'gz-ecommerce';
const LINE = 'manufacturing-app';
const YEAR = 2016;

function clientOf(baseUrl: string, token: string | null) {
  const client = createClient<paths>({ baseUrl });
  const signed: Middleware = {
    onRequest({ request }) {
      if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
      request.headers.set('Accept-Language', 'en');
      return request;
    },
  };
  client.use(signed);
  return client;
}

/** What was answered; a refusal ends the walk with its code. */
function answered<T>(
  what: string,
  { data, error }: { readonly data?: T; readonly error?: { readonly code: string; readonly detail: string } },
): T {
  if (data === undefined) throw new Error(`${what}: ${error?.code ?? 'no answer'} ${error?.detail ?? ''}`);
  return data;
}

/** Holds what is said of the walk to what came of it. */
function expect(what: string, holds: boolean): void {
  if (!holds) throw new Error(`Not so: ${what}`);
  console.log(`${what}`);
}

/** A new Idempotency-Key for each write. */
function once() {
  return { 'Idempotency-Key': crypto.randomUUID() };
}

async function signIn(baseUrl: string, username: string) {
  const body = { username, password: username };
  const session = answered('sign-in', await clientOf(baseUrl, null).POST('/api/v1/auth/login', { body }));
  expect(`${username} is signed in as ${session.user.role}`, session.user.username === username);
  return clientOf(baseUrl, session.accessToken);
}

/** What is left, a reservation, its warning, a refusal that says how much there is, and the list. */
async function officersDay(baseUrl: string) {
  const api = await signIn(baseUrl, 'officer');
  const path = { fund: FUND, year: YEAR };
  const position = answered('position', await api.GET('/api/v1/funds/{fund}/years/{year}', { params: { path } }));
  const left = position.lines.find(({ line }) => line === LINE)?.available;
  expect(`the line has ${left ?? 'nothing'} left`, left === '1000000.00');
  const mine = answered('work list', await api.GET('/api/v1/worklists', { params: { query: { fund: FUND, fiscalYear: YEAR } } }));
  expect(
    `of my ${mine.lines.length} lines it is one`,
    mine.lines.some(({ line, available }) => line === LINE && available === left),
  );

  const reserve = (name: string, amount: string) =>
    api.POST('/api/v1/awards', {
      params: { header: once() },
      body: {
        fund: FUND,
        fiscalYear: YEAR,
        line: LINE,
        enterprise: { name, organizationCode: '59000123-X' },
        project: { title: `Illustrative sorting ${amount}` },
        amount,
        approvalRef: '穗經貿電商〔2016〕12號',
        approvedOn: '2016-03-01',
        facts: {},
      },
    });
  const award = answered('reserve', await reserve('示例電子商務有限公司', '600000.00'));
  expect(`${award.number} is ${award.status}`, award.status === 'reserved' && award.amounts.reserved === '600000.00');
  const { warnings = [] } = answered('reserve', await reserve('示例電商有限公司', '1000.00'));
  expect(
    `another name of the same enterprise is told: ${warnings[0]?.detail ?? ''}`,
    warnings.some(({ code }) => code === 'another-name'),
  );

  const { error } = await reserve('示例電子商務有限公司', '900000.00');
  if (error?.code !== 'insufficient-funds') throw new Error(`Not refused for money: ${error?.code ?? 'accepted'}`);
  expect(`more than there is is refused: ${error.available} is left`, error.available === '399000.00');

  const query = { fund: FUND, line: LINE, status: 'reserved' as const, limit: 1 };
  const first = answered('list', await api.GET('/api/v1/awards', { params: { query } }));
  const cursor = first.nextCursor;
  if (cursor === null) throw new Error('There is no second page');
  const second = answered('list', await api.GET('/api/v1/awards', { params: { query: { ...query, cursor } } }));
  expect('both are on the list, newest first', second.items[0]?.id === award.id);
  return award.id;
}

/** Agreement, payment, a part that comes back, and a finding that is settled. */
async function financesDay(baseUrl: string, id: string) {
  const api = await signIn(baseUrl, 'finance');
  const path = { id };
  const committed = answered(
    'commit',
    await api.POST('/api/v1/awards/{id}/commitments', {
      params: { path, header: once() },
      body: { documentNo: '合同〔2016〕8號', effectiveOn: '2016-04-01' },
    }),
  );
  expect(`${committed.amounts.committed} is committed`, committed.status === 'committed');
  const header = once();
  const pay = () =>
    api.POST('/api/v1/awards/{id}/disbursements', {
      params: { path, header },
      body: {
        amount: '500000.00',
        paymentRef: 'ZF-2016-000123',
        effectiveOn: '2016-05-01',
        payee: { name: '示例電子商務有限公司', bankAccount: '6222 0000 0000 6789', bank: '中國示例銀行廣州分行' },
        voucherNo: '穗財支〔2016〕88號',
      },
    });
  const paid = answered('pay', await pay());
  const again = await pay();
  expect('a payment that is sent twice is made once', again.response.headers.get('Idempotent-Replayed') === 'true');
  expect(`${paid.amounts.disbursed} is paid`, answered('pay', again).payments?.length === 1);

  const found = await byVoucher(api, '穗财支〔2016〕88');
  expect(`it is found by its voucher, paid to ${found.payee?.bankAccount ?? 'nobody'}`, found.award.id === id);
  const work = answered('work list', await api.GET('/api/v1/worklists', {}));
  expect(
    'awards on hold wait',
    work.items.some(({ kind, count }) => kind === 'awards-on-hold' && count === 1),
  );

  const finding = answered(
    'findings',
    await api.GET('/api/v1/findings', { params: { query: { fund: FUND, rule: 'one-subsidy', status: 'open' } } }),
  ).items[0];
  if (finding === undefined) throw new Error('No finding is open');
  const { evidence } = finding;
  expect(`a finding is open: ${finding.explanation}`, 'meetings' in evidence && evidence.held.length === 1);
  const settle = (dryRun: boolean) =>
    api.POST('/api/v1/findings/{id}/resolve', {
      params: { path: { id: finding.id }, query: { dryRun }, header: once() },
      body: { resolution: 'dismiss', reason: 'Two projects', documentNo: '穗財紀要〔2016〕7號' },
    });
  const { changes = [] } = answered('settle on trial', await settle(true));
  expect(`on trial ${changes[0]?.award.number ?? 'nothing'} is freed`, changes.length === 1 && changes[0]?.what === 'freed');
  const settled = answered('settle', await settle(false));
  expect(`it is ${settled.status} by ${settled.resolvedBy ?? 'nobody'}`, settled.status === 'dismissed');
}

/** The payment of a voucher, which search knows of after a second at most. */
async function byVoucher(api: ReturnType<typeof clientOf>, q: string) {
  for (;;) {
    const { items } = answered('payments', await api.GET('/api/v1/payments', { params: { query: { q } } }));
    if (items[0] !== undefined) return items[0];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The year's report, the same as CSV, and what is behind a payment. */
async function auditorsDay(baseUrl: string, award: string) {
  const api = await signIn(baseUrl, 'auditor');
  const path = { report: 'budget-execution' as const };
  const query = { fund: FUND, fiscalYear: [YEAR] };
  const report = answered('report', await api.GET('/api/v1/reports/{report}', { params: { path, query } }));
  if (typeof report === 'string') throw new Error('The report is no JSON');
  expect(`the report has ${report.rows.length} rows`, report.rows.length > 0 && report.columns.length > 0);
  const csv = answered(
    'report',
    await api.GET('/api/v1/reports/{report}', { params: { path, query: { ...query, format: 'csv' } }, parseAs: 'text' }),
  );
  expect('it comes as CSV', String(csv).includes(LINE));

  const payment = answered('journal', await api.GET('/api/v1/journal', { params: { query: { award, kind: 'disburse' } } }))
    .items[0];
  if (payment === undefined) throw new Error('The payment is not in the journal');
  expect(`the payment was made by ${payment.recordedBy ?? 'nobody'}`, payment.details?.paymentRef === 'ZF-2016-000123');
  const entry = answered('entry', await api.GET('/api/v1/journal/{id}', { params: { path: { id: payment.id } } }));
  const sides = entry.postings.map(({ side, account, amount }) => `${side} ${account} ${amount}`);
  expect(`its postings: ${sides.join(', ')}`, sides.join() === 'debit 4801 500000.00,credit 4902 500000.00');

  const { error, response } = await api.POST('/api/v1/awards/{id}/releases', {
    params: { path: { id: award }, header: once() },
    body: { from: 'committed', reason: 'An auditor writes nothing' },
  });
  expect(`an auditor writes nothing: ${error?.code ?? ''}`, response.status === 403 && error?.code === 'forbidden');
}

const [, , baseUrl = ''] = process.argv;
const award = await officersDay(baseUrl);
await financesDay(baseUrl, award);
await auditorsDay(baseUrl, award);
