import { awardRequest } from '../support/award-request.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { organizationCheck } from '../../src/parties/index.js';
import { Indexer } from '../../src/search/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

interface Award {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly onHold: boolean;
  readonly amounts: Record<string, string>;
  readonly createdBy: string;
}
interface Problem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
  readonly [extra: string]: unknown;
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let officer: Api;
let auditor: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  [finance, officer, auditor] = await Promise.all([app.api('finance'), app.api('officer'), app.api('auditor')]);
  await budget({ kind: 'appropriation', amount: '500000000.00', effectiveOn: '2016-01-05' });
  await budget({ kind: 'allotment', line: 'manufacturing-app', amount: '50000000.00', effectiveOn: '2016-01-10' });
});

afterAll(async () => {
  await app.close();
  await database.close();
});

async function budget(entry: Record<string, unknown>): Promise<void> {
  const answer = await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', {
    reason: '年度安排',
    documentNo: '穗財〔2016〕1號',
    ...entry,
  });
  expect(answer).toMatchObject({ status: 201, body: { status: 'posted' } });
}

function request(more: Record<string, unknown> = {}): Record<string, unknown> {
  return awardRequest({ amount: '1000000.00', ...more });
}

test('An officer reserves and commits, finance pays and takes back, and the auditor reads it all', async () => {
  const reserved = await officer.post<Award>('/awards', request());
  expect(reserved).toMatchObject({
    status: 201,
    body: { status: 'reserved', onHold: false, createdBy: 'officer', amounts: { awarded: '1000000.00', reserved: '1000000.00' } },
  });
  const path = `/awards/${reserved.body.id}`;
  const committed = await officer.post<Award>(`${path}/commitments`, { documentNo: '合同-1', effectiveOn: '2016-04-01' });
  expect(committed).toMatchObject({ status: 201, body: { status: 'committed' } });
  const paid = await finance.post<Award>(`${path}/disbursements`, {
    amount: '600000.00',
    paymentRef: 'ZF-1',
    effectiveOn: '2016-05-01',
  });
  expect(paid).toMatchObject({ status: 201, body: { status: 'disbursed', createdBy: 'officer' } });
  expect(
    await finance.post(`${path}/disbursements`, { amount: '1.00', paymentRef: 'ZF-1', effectiveOn: '2016-12-31' }),
  ).toMatchObject({
    status: 409,
    body: { code: 'already-exists' },
  });
  expect(
    await finance.post(`${path}/returns`, {
      amount: '100000.00',
      paymentRef: 'ZF-1',
      reason: '賬號有誤',
      effectiveOn: '2016-12-31',
    }),
  ).toMatchObject({
    status: 201,
  });
  expect(
    await finance.post(`${path}/recovery-demands`, {
      amount: '500000.01',
      paymentRef: 'ZF-1',
      reason: '未達標',
      effectiveOn: '2016-12-31',
    }),
  ).toMatchObject({
    status: 409,
    body: { code: 'exceeds-open-amount', open: '500000.00' },
  });
  expect(
    await finance.post(`${path}/recovery-demands`, {
      amount: '200000.00',
      paymentRef: 'ZF-1',
      reason: '未達標',
      effectiveOn: '2016-12-31',
    }),
  ).toMatchObject({ status: 201 });
  const history = await auditor.get<{ items: { id: string; kind: string }[] }>(`${path}/history`);
  expect(history.body.items.map((step) => step.kind)).toEqual(['recovery-demand', 'return', 'disburse', 'commit', 'reserve']);
  const recovered = await finance.post<Award>(`${path}/recoveries`, {
    amount: '200000.00',
    demandId: history.body.items[0]?.id,
    receiptRef: 'SK-1',
    effectiveOn: '2016-12-31',
  });
  expect(recovered.body.amounts).toEqual({
    awarded: '1000000.00',
    reserved: '0.00',
    committed: '500000.00',
    disbursed: '300000.00',
    released: '0.00',
    recovered: '200000.00',
  });
  expect(
    await officer.post(`${path}/releases`, { from: 'committed', reason: '項目終止', effectiveOn: '2016-12-31' }),
  ).toMatchObject({ status: 201 });
  expect((await auditor.get<Award>(path)).body).toMatchObject({ status: 'disbursed', amounts: { released: '500000.00' } });
});

test('The same request again gives the first answer; with another body its key is refused', async () => {
  const body = request();
  const first = await officer.post<Award>('/awards', body, { key: 'again' });
  const again = await officer.post<Award>('/awards', body, { key: 'again' });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await officer.post('/awards', { ...body, amount: '2.00' }, { key: 'again' })).toMatchObject({
    status: 422,
    body: { code: 'idempotency-key-reused' },
  });
});

test('A second reservation of a project names the first; an approval on paper is recorded on hold', async () => {
  const body = request();
  const first = await officer.post<Award>('/awards', body);
  expect(await officer.post('/awards', { ...body, amount: '5.00' })).toMatchObject({
    status: 409,
    body: {
      code: 'project-already-subsidised',
      conflictingAward: { id: first.body.id, number: first.body.number, line: 'manufacturing-app', amount: '1000000.00' },
    },
  });
  expect(await officer.post('/awards', { ...body, approvedOffline: true })).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
  const held = await finance.post<Award>('/awards', { ...body, approvedOffline: true });
  expect(held).toMatchObject({ status: 201, body: { onHold: true } });
  expect(await officer.post(`/awards/${held.body.id}/commitments`, { documentNo: 'x', effectiveOn: '2016-12-31' })).toMatchObject(
    {
      status: 409,
      body: { code: 'award-on-hold', findings: [] },
    },
  );
});

test('Refusals come in the order and with the members of the contract', async () => {
  const other = await app.api('officer2');
  expect(await other.post('/awards', request())).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(await officer.post('/awards', request({ line: 'nothing-such' }))).toMatchObject({ status: 404 });
  expect(await officer.post('/awards', request({ line: 'online-marketing' }))).toMatchObject({
    status: 409,
    body: { code: 'line-not-reservable', reason: expect.any(String) as string },
  });
  const inEnglish = await officer.post<{ detail: string }>('/awards', request({ line: 'online-marketing' }), {
    headers: { 'accept-language': 'en' },
  });
  expect(inEnglish.body.detail).toBe(
    'Nothing can be reserved on “Faster development of online marketing”: this clause only grants a priority recommendation, no money of this fund',
  );
  expect(await officer.post('/awards', request({ line: 'demo-enterprise', amount: '1.00' }))).toMatchObject({
    status: 422,
    body: { code: 'line-rule-violated', rule: 'facts' },
  });
  expect(await officer.post('/awards', request({ amount: '60000000.00' }))).toMatchObject({
    status: 409,
    body: { code: 'insufficient-funds', available: expect.any(String) as string },
  });
  expect(await officer.post('/awards', request({ fund: 'no-such' }))).toMatchObject({ status: 404 });
  expect(await officer.post('/awards', request({ effectiveOn: '2015-03-01' }))).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/effectiveOn' }] },
  });
  const first = await officer.post<Award>('/awards', request());
  expect(await other.get(`/awards/${first.body.id}`)).toMatchObject({ status: 404 });
  expect(await other.post(`/awards/${first.body.id}/commitments`, { documentNo: 'x', effectiveOn: '2016-12-31' })).toMatchObject({
    status: 404,
  });
  expect((await other.get<{ items: Award[] }>('/awards')).body.items).toEqual([]);
});

test('A batch answers each item; in mode all one refusal rolls all back; a malformed item is refused with its pointer', async () => {
  const awards = [request(), request({ amount: '99000000.00' }), request()];
  const each = await officer.post<{
    results: { status: number; award?: Award; problem?: Problem }[];
    accepted: number;
    rejected: number;
  }>('/awards/batch', { mode: 'each', awards });
  expect(each).toMatchObject({
    status: 200,
    body: {
      accepted: 2,
      rejected: 1,
      results: [{ index: 0, status: 201 }, { index: 1, status: 409, problem: { code: 'insufficient-funds' } }, { status: 201 }],
    },
  });
  const all = await officer.post<Problem>('/awards/batch', {
    mode: 'all',
    awards: [request(), request({ amount: '99000000.00' })],
  });
  expect(all).toMatchObject({
    status: 200,
    body: { accepted: 0, rejected: 2, results: [{ status: 409, problem: { code: 'batch-rolled-back' } }, { status: 409 }] },
  });
  const malformed = await officer.post<Problem>('/awards/batch', { mode: 'all', awards: [request(), request({ amount: 5 })] });
  expect(malformed).toMatchObject({
    status: 400,
    body: { code: 'validation-failed', errors: [{ pointer: '/awards/1/amount' }] },
  });
  const codes = await officer.post<Problem>('/awards/batch', {
    mode: 'all',
    awards: [request(), request({ enterprise: { name: 'x', organizationCode: '123456789' } })],
  });
  expect(codes).toMatchObject({ status: 400, body: { errors: [{ pointer: '/awards/1/enterprise/organizationCode' }] } });
});

test('What is recorded for ever holds something that shows', async () => {
  const blanks = ['', '  ', '\u3000', '\u200b', '\n'];
  for (const blank of blanks) {
    expect(await officer.post<Problem>('/awards', request({ approvalRef: blank }))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/approvalRef' }] },
    });
  }
  const award = await officer.post<Award>('/awards', request());
  expect(
    await officer.post<Problem>(`/awards/${award.body.id}/commitments`, { documentNo: '\u3000', effectiveOn: '2016-12-31' }),
  ).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/documentNo', detail: expect.stringContaining('可見') as string }] },
  });
  expect(
    await officer.post<Problem>(`/awards/${award.body.id}/releases`, {
      from: 'reserved',
      reason: '\u200b',
      effectiveOn: '2016-12-31',
    }),
  ).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/reason' }] },
  });
});

test('Awards are listed newest first, filtered and paged', async () => {
  const marked = request({ amount: '777777.00', project: { title: '獨一無二的項目' } });
  const award = await officer.post<Award>('/awards', marked);
  const list = async (query: string) =>
    (await officer.get<{ items: Award[]; nextCursor: string | null }>(`/awards?fund=gz-ecommerce&${query}`)).body;
  await app.app.get(Indexer).catchUp();
  expect((await list('q=獨一無二')).items.map((one) => one.id)).toEqual([award.body.id]);
  expect((await list('minAmount=777777.00&maxAmount=777777.00')).items).toHaveLength(1);
  expect((await list('status=reserved&limit=1')).items[0]?.id).toBe(award.body.id);
  const all: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: Award[]; nextCursor: string | null } = await list(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    all.push(...page.items.map((one) => one.id));
    cursor = page.nextCursor;
  }
  expect(all).toEqual([...all].sort().reverse());
  expect(new Set(all).size).toBe((await list('limit=200')).items.length);
});

test('An award is found by what people type: either script, either case, any sign, part of a number, a code or a piece of it', async () => {
  const code = `Q7654321${organizationCheck('Q7654321') ?? ''}`;
  const { body } = await finance.post<Award>(
    '/awards',
    request({
      amount: '1.00',
      project: { title: '智能發貨系統（甲）ERP 100% [a_b] (c+d)* .\\d' },
      enterprise: { name: '飛馬電商', organizationCode: code },
    }),
  );
  await app.app.get(Indexer).catchUp();
  const isFound = async (q: string) => {
    const { body: page } = await finance.get<{ items: Award[] }>(`/awards?q=${encodeURIComponent(q)}&limit=200`);
    return page.items.some((one) => one.id === body.id);
  };
  for (const q of [
    '智能發貨系統',
    '智能发货系统（甲）',
    '智能发貨',
    'erp',
    '100% [a_b] (c+d)* .\\d',
    body.number.toUpperCase(),
    '飞马电商',
    code,
    `Q7654321-${code.slice(-1)}`.toLowerCase(),
    'Q7654321',
  ])
    expect([q, await isFound(q)]).toEqual([q, true]);
  for (const q of ['智能收货', 'e.p', '10+', '發展', 'Q765432Z']) {
    expect([q, await isFound(q)]).toEqual([q, false]);
  }
});

test('A budget entry is refused with what would be right, and the list gives what was posted', async () => {
  const path = '/funds/gz-ecommerce/years/2016/budget-entries';
  const common = { reason: '調整', documentNo: '穗財〔2016〕2號' };
  expect(await finance.post(path, { ...common, kind: 'supplement', amount: '1.00', effectiveOn: '2016-12-31' })).toMatchObject({
    status: 409,
    body: { code: 'insufficient-funds', available: '0.00' },
  });
  expect(
    await finance.post(path, {
      ...common,
      kind: 'supplement',
      amount: '1.00',
      ceilingDocumentNo: '穗府〔2016〕5號',
      effectiveOn: '2016-12-31',
    }),
  ).toMatchObject({ status: 201, body: { ceilingRaised: '1.00' } });
  expect(
    await finance.post(path, {
      ...common,
      kind: 'virement',
      amount: '1.00',
      fromLine: 'talent',
      toLine: 'talent',
      effectiveOn: '2016-12-31',
    }),
  ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/toLine' }] } });
  expect(await finance.post(path, { ...common, kind: 'allotment', amount: '1.00', effectiveOn: '2016-12-31' })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/line' }] },
  });
  expect(await officer.post(path, { ...common, kind: 'appropriation', amount: '1.00', effectiveOn: '2016-12-31' })).toMatchObject(
    { status: 403 },
  );
  const list = await auditor.get<{ items: { kind: string; createdBy: string }[] }>(`${path}?kind=allotment`);
  expect(list.body.items).toMatchObject([{ kind: 'allotment', line: 'manufacturing-app', createdBy: 'finance' }]);
});

describe('A batch in mode each of which a part waited in vain', () => {
  let busy: TestApp;

  beforeAll(async () => {
    busy = await startApp({ url: database.url, environment: { POSTING_BATCH_LIMIT: '500', POSTING_WAIT_MS: '100' } });
  });

  afterAll(() => busy.close());

  it('says so item by item, and is finished by sending it again', async () => {
    const api = await busy.api('officer');
    const awards = Array.from({ length: 600 }, () => request({ amount: '0.01' }));
    const send = (to: Api) =>
      to.post<{ results: { index: number; status: number; problem?: Problem }[] }>(
        '/awards/batch',
        { mode: 'each', awards },
        { key: 'each-in-parts' },
      );
    const answer = await asOwner(database, async (owner) => {
      await owner.query('BEGIN');
      await owner.query('SELECT FROM account WHERE code = 4610 FOR UPDATE');
      const sent = send(api);
      const waiting = 'SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid';
      await until('the first part waits', async () => (await owner.query(waiting)).rowCount === 1);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await owner.query('ROLLBACK');
      return sent;
    });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 500, rejected: 100 } });
    expect(answer.body.results[599]).toMatchObject({ index: 599, status: 503, problem: { code: 'unavailable' } });
    // To a process that waits as long as usual: on a slow machine the repeated part alone takes longer than this one has patience.
    expect(await send(officer)).toMatchObject({ status: 200, body: { accepted: 600, rejected: 0 } });
  });
});
