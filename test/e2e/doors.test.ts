import type { FactType } from '../../src/ledger/index.js';
import { setRule } from '../support/line-rule.js';
import { connect } from 'node:net';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';

/* What a stranger or a clerk could send, and the edge turns away. */

interface Refusal {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

let database: TestDatabase;
let app: TestApp;
let officer: Api;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  [officer, finance] = await Promise.all([app.api('officer'), app.api('finance')]);
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('10000000.00'));
  const title = { zhHant: '示例', zhHans: '示例', en: 'Example' };
  const fact = (name: string, type: FactType) => ({ name, title, type, required: false });
  const texts = Array.from({ length: 6 }, (_, n) => fact(`a${n + 1}`, 'text'));
  await setRule(database.db, 'manufacturing-app', (rule) => ({
    ...rule,
    facts: [fact('a', 'decimal'), fact('a0', 'text'), ...texts],
  }));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const pointers = async (api: Api, path: string, body: unknown): Promise<unknown> => {
  const answer = await api.post<Refusal>(path, body);
  return [answer.status, answer.body.errors?.map(({ pointer }) => pointer)];
};

describe('Facts', () => {
  it.each([
    ['more than 16 KiB in all', Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`a${n}`, 'x'.repeat(2_000)]))],
    ['a text of more than 2 KiB', { a: '字'.repeat(683) }],
    ['a text of more than 2 KiB, deep inside', { a: [{ b: 'x'.repeat(2_049) }] }],
    ['a name of more than 64 bytes', { ['x'.repeat(65)]: 1 }],
    ['more than 100 of them', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, 1]))],
    ['a list', []],
    ['an object inside', { a: { b: 1 } }],
    ['a list inside', { a: ['x'] }],
  ])('%s are refused', async (_, facts) => {
    expect(await pointers(officer, '/awards', awardRequest({ facts }))).toEqual([400, ['/facts']]);
    const awards = [awardRequest(), awardRequest({ facts })];
    expect(await pointers(officer, '/awards/batch', { mode: 'each', awards })).toEqual([400, ['/awards/1/facts']]);
  });

  it('within the limits are kept', async () => {
    const facts = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`a${n}`, 'x'.repeat(1_000)]));
    expect((await officer.post('/awards', awardRequest({ facts }))).status).toBe(201);
  });
});

describe('A text', () => {
  const places: readonly [string, (text: string) => Record<string, unknown>, string][] = [
    ['a title', (title) => ({ project: { title } }), '/project/title'],
    ['a code', (code) => ({ project: { title: '示例', code } }), '/project/code'],
    ['an approval', (approvalRef) => ({ approvalRef }), '/approvalRef'],
    ['a fact', (text) => ({ facts: { note: text } }), '/facts/note'],
    ['a fact called password', (text) => ({ facts: { password: text } }), '/facts/password'],
    ['a fact called reason', (text) => ({ facts: { reason: text } }), '/facts/reason'],
  ];
  const odd = ['\u0007', '\t', '\n', '\u007f', '\u0085', '\u200e', '\u202e', '\u2066', '\u061c'];

  it.each(places)('%s holds no control character and no direction override', async (_, body, pointer) => {
    for (const character of odd) {
      expect(await pointers(officer, '/awards', awardRequest(body(`示例${character}項目`)))).toEqual([400, [pointer]]);
    }
  });

  it('of a reason may have lines', async () => {
    const entry = {
      kind: 'supplement',
      amount: '1.00',
      documentNo: '示例',
      ceilingDocumentNo: '示例',
      effectiveOn: '2016-06-01',
    };
    const path = '/funds/gz-ecommerce/years/2016/budget-entries';
    expect((await finance.post(path, { ...entry, reason: '第一行\n第二行' })).status).toBe(201);
    expect(await pointers(finance, path, { ...entry, reason: '第一行\r\n第二行' })).toEqual([400, ['/reason']]);
  });

  it('of a query or path holds none either', async () => {
    for (const path of ['/awards?q=a%E2%80%AEb', '/awards?q=%0A', '/funds/gz%7Fecommerce', '/enterprises?q=%C2%85x']) {
      expect([path, (await officer.get(path)).status]).toEqual([path, 400]);
    }
  });
});

it('A number that is not kept exactly is refused', async () => {
  const send = (number: string) =>
    officer.request<Refusal>('POST', '/awards', {
      body: JSON.stringify(awardRequest({ facts: { a: 'NUMBER' } })).replace('"NUMBER"', number),
    });
  for (const number of ['1e400', '-1e999', '1e-400', '123456789012345678901234567890', '0.12345678901234567890'])
    expect([number, (await send(number)).body.errors?.[0]?.pointer]).toEqual([number, '/facts/a']);
  for (const number of ['1.10', '1e3', '0.5']) expect([number, (await send(number)).status]).toEqual([number, 201]);
});

it('A body of too many long numbers is refused, whatever they are', async () => {
  const awards = `[${'1e100,'.repeat(10_000)}1e100]`;
  const answer = await officer.request<Refusal>('POST', '/awards/batch', { body: `{"mode":"each","awards":${awards}}` });
  expect([answer.status, answer.body.code]).toEqual([400, 'validation-failed']);
});

it('A password holds no NUL', async () => {
  const body = { username: 'officer', password: 'officer\u0000' };
  expect(await pointers(await app.api(null), '/auth/login', body)).toEqual([400, ['/password']]);
});

it('A tunnel is asked for in vain', async () => {
  expect(await statusOf('CONNECT example.org:443 HTTP/1.1')).toContain('405');
});

it('An object that names a member twice is refused, wherever it is', async () => {
  const text = JSON.stringify(awardRequest({ facts: { a: { b: 1 } } }));
  const twice: readonly [string, string][] = [
    [text.replace('"amount":', '"amount":"2.00","amount":'), '/amount'],
    [text.replace('"b":1', '"b":1,"\\u0062":2'), '/facts/a/b'],
  ];
  for (const [body, pointer] of twice) {
    const answer = await officer.request<Refusal>('POST', '/awards', { body });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  }
});

it('A method that a path does not take is 405 and says which it takes; an unknown path is 404', async () => {
  const nobody = await app.api(null);
  for (const [method, path, allow] of [
    ['PUT', '/awards', 'GET, HEAD, POST'],
    ['DELETE', '/funds/gz-ecommerce/lines/talent', 'PATCH'],
    ['OPTIONS', '/auth/login', 'POST'],
    ['PATCH', '/auth/me?x=1', 'GET, HEAD'],
    ['POST', '/awards/00000000-0000-7000-8000-000000000001', 'GET, HEAD'],
  ] as const) {
    const answer = await nobody.request<Refusal>(method, path);
    expect([path, answer.status, answer.headers.get('allow')?.includes(allow)]).toEqual([path, 405, true]);
    expect(answer.body.code).toBe('method-not-allowed');
  }
  expect((await officer.request('DELETE', '/%61wards')).status).toBe(405);
  expect((await officer.request('PUT', '/nothing/here')).status).toBe(404);
  expect((await fetch(`${app.baseUrl}/api/v1/auth/me`, { method: 'HEAD' })).status).toBe(401);
});

/** The status line of a request written by hand. */
async function statusOf(head: string): Promise<string> {
  const { port } = new URL(app.baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${head}\r\nHost: x\r\nConnection: close\r\n\r\n`));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
    socket.on('error', reject);
  });
}

it('A header of which only one can be meant may be given once', async () => {
  const token = officer.token ?? '';
  const get = 'GET /api/v1/auth/me HTTP/1.1';
  expect(await statusOf(`${get}\r\nAuthorization: Bearer ${token}`)).toContain('200');
  const twice = [
    `Authorization: Bearer ${token}\r\nauthorization: Bearer ${finance.token ?? ''}`,
    `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Type: text/plain`,
    `Authorization: Bearer ${token}\r\nIf-Match: "1"\r\nIf-Match: "2"`,
    `Authorization: Bearer ${token}\r\nIdempotency-Key: a\r\nIdempotency-Key: b`,
  ];
  for (const headers of twice) expect(await statusOf(`${get}\r\n${headers}`)).toContain('400');
});
