import { randomUUID } from 'node:crypto';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/*
 * What is accepted but odd comes back as `warnings` (api.md): of awards, their steps, batches and budget entries, in the reader's
 * language, and to the byte again when it is sent again.
 */

interface Body {
  readonly id: string;
  readonly warnings?: readonly { readonly code: string; readonly detail: string }[];
  readonly publicity?: Readonly<Record<string, string>>;
  readonly errors?: readonly { readonly pointer: string }[];
  readonly results?: readonly { readonly status: number; readonly award?: Body }[];
  readonly items?: readonly {
    readonly kind: string;
    readonly details: unknown;
    readonly publicity?: unknown;
    readonly id: string;
  }[];
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let officer: Api;
const YEAR = '/funds/gz-ecommerce/years/2016';
const entry = (more: Record<string, unknown>) => ({
  reason: '年度安排',
  documentNo: '穗財〔2016〕1號',
  effectiveOn: '2016-01-05',
  ...more,
});

beforeAll(async () => {
  database = await testDatabase();
  app = await startApp({ url: database.url });
  [finance, officer] = await Promise.all([app.api('finance'), app.api('officer')]);
  for (const one of [
    { kind: 'appropriation', amount: '1000000.00' },
    { kind: 'allotment', amount: '500000.00', line: 'manufacturing-app' },
  ]) {
    const answer = await finance.post<Body>(`${YEAR}/budget-entries`, entry(one));
    expect([answer.status, answer.body.warnings]).toEqual([201, undefined]);
  }
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const codes = ({ body }: Answer<Body>): readonly string[] => (body.warnings ?? []).map(({ code }) => code);

test('A budget entry posted under the same document again is told in the reader’s language, and to the byte when it is sent again', async () => {
  const body = entry({ kind: 'allotment', amount: '7.00', line: 'manufacturing-app', documentNo: '穗財〔2016〕2號' });
  const post = (language: string, key: string) =>
    finance.post<Body>(`${YEAR}/budget-entries`, body, { key, headers: { 'accept-language': language } });
  expect(codes(await post('en', randomUUID()))).toEqual([]);
  const texts: string[] = [];
  for (const [language, says] of [
    ['zh-Hant', /同類、同額的一筆已於 2016-01-05 入賬/],
    ['zh-Hans', /同类、同额的一笔已于 2016-01-05 入账/],
    ['en', /was posted under “穗財〔2016〕2號” for 2016-01-05 already/],
  ] as const) {
    const key = randomUUID();
    const first = await post(language, key);
    expect([first.status, codes(first)]).toEqual([201, ['same-document-again']]);
    const [{ detail } = { detail: '' }] = first.body.warnings ?? [];
    expect(detail).toMatch(says);
    texts.push(detail);
    // In whichever language it is sent again.
    const again = await post('en', key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
  }
  expect(new Set(texts).size).toBe(3);
  const list = await finance.get<Body>(`${YEAR}/budget-entries`);
  expect(list.body.items?.every((item) => !('warnings' in item))).toBe(true);
});

test('An award’s reservation and each of its steps tells what is odd of it, and reading it tells nothing', async () => {
  const reserved = await officer.post<Body>(
    '/awards',
    awardRequest({ amount: '100.00', approvedOn: '2015-12-20', effectiveOn: '2016-01-10' }),
  );
  expect([reserved.status, codes(reserved)]).toEqual([201, ['approved-in-another-year']]);
  const award = `/awards/${reserved.body.id}`;
  const step = { documentNo: '合同-1', amount: '10.00', effectiveOn: '2016-03-01' };
  const key = randomUUID();
  const committed = await officer.post<Body>(`${award}/commitments`, step, { key });
  expect(codes(committed)).toEqual(['publicity-missing']);
  const replayed = await officer.post<Body>(`${award}/commitments`, step, { key });
  expect([replayed.headers.get('idempotent-replayed'), replayed.body]).toEqual(['true', committed.body]);
  const again = await officer.post<Body>(`${award}/commitments`, step);
  expect(codes(again)).toEqual(['publicity-missing', 'same-document-again']);
  const read = await officer.get<Body>(award);
  expect('warnings' in read.body).toBe(false);
});

test('Publicity is recorded by officer and finance, shown on the award and in its history, and ends the warning', async () => {
  const reserved = await officer.post<Body>('/awards', awardRequest({ amount: '100.00' }));
  expect('publicity' in reserved.body).toBe(false);
  const award = `/awards/${reserved.body.id}`;
  const first = { from: '2016-03-02', to: '2016-03-08', reference: '穗經貿公示〔2016〕5號', objections: '有一家企業提出異議' };
  const recorded = await officer.post<Body>(`${award}/publicity`, first);
  expect([recorded.status, recorded.body.publicity, codes(recorded)]).toEqual([201, first, []]);
  const { objections: _, ...second } = { ...first, from: '2016-03-10', to: '2016-03-16' };
  const key = randomUUID();
  const replaced = await finance.post<Body>(`${award}/publicity`, second, { key });
  expect([replaced.status, replaced.body.publicity]).toEqual([201, second]);
  expect((await finance.post<Body>(`${award}/publicity`, second, { key })).body).toEqual(replaced.body);
  expect((await officer.get<Body>(award)).body.publicity).toEqual(second);
  const listed = await officer.get<Body>('/awards?limit=200');
  expect(listed.body.items?.find(({ id }) => id === reserved.body.id)?.publicity).toEqual(second);
  const { body: history } = await officer.get<Body>(`${award}/history`);
  expect(history.items?.map(({ kind, details }) => [kind, details])).toEqual([
    ['publicity', second],
    ['publicity', first],
    ['reserve', null],
  ]);
  const committed = await officer.post<Body>(`${award}/commitments`, { documentNo: '合同-2', effectiveOn: '2016-03-17' });
  expect([committed.status, codes(committed), committed.body.publicity]).toEqual([201, [], second]);
});

test('A reservation brings its publicity along; one that can’t be is refused by its place', async () => {
  const publicity = { from: '2016-03-02', to: '2016-03-08', reference: '公示-3' };
  const reserved = await officer.post<Body>('/awards', awardRequest({ publicity }));
  expect([reserved.status, reserved.body.publicity]).toEqual([201, publicity]);
  const wrong = await officer.post<Body>('/awards', awardRequest({ publicity: { ...publicity, to: '2016-03-01' } }));
  expect([wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/publicity/to']]);
  const malformed = await officer.post<Body>(`/awards/${reserved.body.id}/publicity`, {
    ...publicity,
    to: '2016-02-30',
    extra: 1,
  });
  expect([malformed.status, malformed.body.errors?.map(({ pointer }) => pointer).sort()]).toEqual([400, ['/extra', '/to']]);
  const auditor = await app.api('auditor');
  expect((await auditor.post(`/awards/${reserved.body.id}/publicity`, publicity)).status).toBe(403);
  expect((await officer.post(`/awards/${randomUUID()}/publicity`, publicity)).status).toBe(404);
});

test('A batch of either mode tells item by item, and again to the byte', async () => {
  for (const mode of ['all', 'each']) {
    const one = awardRequest({ amount: '2.00', approvalRef: `批次-${mode}` });
    const same = { ...one, project: { title: `另一項目 ${mode}` } };
    const body = { mode, awards: [one, awardRequest(), same] };
    const key = randomUUID();
    const first = await officer.post<Body>('/awards/batch', body, { key });
    expect(first.body.results?.map(({ status, award }) => [status, (award?.warnings ?? []).map(({ code }) => code)])).toEqual([
      [201, []],
      [201, []],
      [201, ['same-document-again']],
    ]);
    const again = await officer.post<Body>('/awards/batch', body, { key });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
  }
});

test('A payment to somebody else, to another account or by a used voucher is told, and no account’s number with it', async () => {
  const name = '廣州示例收款有限公司';
  const publicity = { from: '2016-03-02', to: '2016-03-08', reference: '公示-4' };
  const request = awardRequest({ amount: '100.00', publicity });
  const enterprise = { ...(request['enterprise'] as object), name, details: { bankAccount: '6222 0000 1111' } };
  const reserved = await officer.post<Body>('/awards', { ...request, enterprise });
  const award = `/awards/${reserved.body.id}`;
  const on = { effectiveOn: '2016-05-04' };
  expect(codes(await officer.post<Body>(`${award}/commitments`, { documentNo: '合同-3', ...on }))).toEqual([]);
  const pay = (serial: number, payee: object, language = 'zh-Hant') =>
    finance.post<Body>(
      `${award}/disbursements`,
      {
        amount: '10.00',
        paymentRef: `警示-${serial}`,
        voucherNo: '穗財支〔2016〕7',
        payee: { bank: '示例銀行', ...payee },
        ...on,
      },
      { headers: { 'accept-language': language } },
    );
  const right = await pay(1, { name: '广州示例收款有限公司', bankAccount: '622200001111' });
  expect([right.status, codes(right)]).toEqual([201, []]);
  const odd = ['payee-not-the-enterprise', 'another-account', 'voucher-used-before'];
  for (const [serial, language, says] of [
    [2, 'zh-Hant', '收款賬號 ****2222 與其上次收款的賬號 ****1111 不同,請核對賬號'],
    [3, 'zh-Hans', '收款账号 ****3333 与其上次收款的账号 ****2222 不同,请核对账号'],
    [4, 'en', 'The account ****4444 is another than that of the last payment, ****3333: check the account'],
  ] as const) {
    const wrong = await pay(serial, { name: '示例他人', bankAccount: `62220000${String(serial).repeat(4)}` }, language);
    expect([wrong.status, codes(wrong), wrong.body.warnings?.[1]?.detail]).toEqual([201, odd, says]);
    expect(JSON.stringify(wrong.body)).not.toContain('62220000');
  }
});
