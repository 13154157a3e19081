import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './generated/api.js';

/*
 * The day of the users, by a client that is generated from the OpenAPI document and knows nothing else: `node walk.ts BASE_URL`. Nothing is
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
function answered<T>(what: string, { data, error }: AnswerOf<T>): T {
  if (data === undefined) throw new Error(`${what}: ${error?.code ?? 'no answer'} ${error?.detail ?? ''}`);
  return data;
}

/** What only an approval has: it shows what would be done. */
interface Shown {
  readonly preview: object;
}
interface AnswerOf<T> {
  readonly data?: T;
  readonly error?: { readonly code: string; readonly detail: string };
}

function isDone<T extends object>(data: T): data is Exclude<T, Shown> {
  return !('preview' in data);
}

function isWaiting<T extends object>(data: T): data is Extract<T, Shown> {
  return 'preview' in data;
}

/** What was done at once; what waits for a second person ends the walk. */
function done<T extends object>(what: string, answer: AnswerOf<T>): Exclude<T, Shown> {
  const data = answered(what, answer);
  if (!isDone(data)) throw new Error(`${what}: it waits`);
  return data;
}

/** What waits for a second person; what was done at once ends the walk. */
function waiting<T extends object>(what: string, answer: AnswerOf<T>): Extract<T, Shown> {
  const data = answered(what, answer);
  if (!isWaiting(data)) throw new Error(`${what}: it was done at once`);
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
  const award = done('reserve', await reserve('示例電子商務有限公司', '600000.00'));
  expect(`${award.number} is ${award.status}`, award.status === 'reserved' && award.amounts.reserved === '600000.00');
  const { warnings = [] } = done('reserve', await reserve('示例電商有限公司', '1000.00'));
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

/** The agreement is signed: its sum is committed. */
async function financesAgreement(baseUrl: string, id: string) {
  const api = await signIn(baseUrl, 'finance');
  const committed = answered(
    'commit',
    await api.POST('/api/v1/awards/{id}/commitments', {
      params: { path: { id }, header: once() },
      body: { documentNo: '合同〔2016〕8號', effectiveOn: '2016-04-01' },
    }),
  );
  expect(`${committed.amounts.committed} is committed`, committed.status === 'committed');
}

/** 用款申請: asks for a payment, which waits. */
async function officersRequest(baseUrl: string, id: string) {
  const api = await signIn(baseUrl, 'officer');
  const header = once();
  const pay = () =>
    api.POST('/api/v1/awards/{id}/disbursements', {
      params: { path: { id }, header },
      body: {
        amount: '500000.00',
        paymentRef: 'ZF-2016-000123',
        effectiveOn: '2016-05-01',
        payee: { name: '示例電子商務有限公司', bankAccount: '6222 0000 0000 6789', bank: '中國示例銀行廣州分行' },
        voucherNo: '穗財支〔2016〕88號',
      },
    });
  const asked = waiting('ask for a payment', await pay());
  expect(
    `a payment of ${asked.amount ?? 'nothing'} is ${asked.status}`,
    asked.status === 'pending' && asked.kind === 'disbursement',
  );
  const again = await pay();
  expect('a request that is sent twice waits once', again.response.headers.get('Idempotent-Replayed') === 'true');
  expect(`it is ${asked.id}`, waiting('ask again', again).id === asked.id);
  const award = answered('award', await api.GET('/api/v1/awards/{id}', { params: { path: { id } } }));
  expect('what waits moves no money', award.amounts.disbursed === '0.00');
}

/** What waits for finance is seen as it would be, and agreed to; the payment is found by its voucher. */
async function financesApproval(baseUrl: string, id: string) {
  const api = await signIn(baseUrl, 'finance');
  const queue = answered('queue', await api.GET('/api/v1/approvals', { params: { query: { waitingFor: 'me' as const } } }));
  const [asked] = queue.items;
  if (asked === undefined) throw new Error('Nothing waits');
  const approve = (previewHash: string) =>
    api.POST('/api/v1/approvals/{id}/approve', { params: { path: { id: asked.id }, header: once() }, body: { previewHash } });
  const { error: refusal } = await approve('0'.repeat(64));
  expect(`what was not seen is not agreed to: ${refusal?.code ?? 'accepted'}`, refusal?.code === 'approval-stale');
  const approval = answered('approve', await approve(asked.preview.hash));
  const { result } = approval;
  if (result === undefined || !('payments' in result)) throw new Error('The result is no award');
  expect(`${result.amounts.disbursed} is paid: ${approval.status}`, result.payments?.length === 1);
  expect(
    `asked for by ${approval.requestedBy}, agreed to by ${approval.decidedBy ?? 'nobody'}`,
    approval.decidedBy === 'finance',
  );

  const found = await byVoucher(api, '穗财支〔2016〕88');
  expect(`it is found by its voucher, paid to ${found.payee?.bankAccount ?? 'nobody'}`, found.award.id === id);
}

/** A finding that waits is settled. */
async function financesFinding(baseUrl: string) {
  const api = await signIn(baseUrl, 'finance');
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
  const { changes = [] } = done('settle on trial', await settle(true));
  expect(`on trial ${changes[0]?.award.number ?? 'nothing'} is freed`, changes.length === 1 && changes[0]?.what === 'freed');
  const settled = done('settle', await settle(false));
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
await financesAgreement(baseUrl, award);
await officersRequest(baseUrl, award);
await financesApproval(baseUrl, award);
await financesFinding(baseUrl);
await auditorsDay(baseUrl, award);
