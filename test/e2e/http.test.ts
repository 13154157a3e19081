import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Body, Controller, Get, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Roles } from '../../src/platform/http/index.js';
import { awardShaped } from '../support/award-shaped.dto.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { Gate, startEdgeApp } from '../support/edge-app.js';

let database: TestDatabase;
let app: NestFastifyApplication;
let other: NestFastifyApplication;
let baseUrl: string;

beforeAll(async () => {
  database = await testDatabase();
  app = await startEdgeApp(database.url, undefined, { IDEMPOTENCY_WAIT_MS: '1500' });
  other = await startEdgeApp(database.url, undefined, { IDEMPOTENCY_WAIT_MS: '1500' });
  baseUrl = await app.getUrl();
});

afterAll(async () => {
  await Promise.all([app.close(), other.close()]);
  await database.close();
});

interface Sent {
  readonly method?: string;
  readonly as?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly at?: string;
}

/** Members of the answers that are read here. */
interface Body {
  readonly code?: string;
  readonly title?: string;
  readonly status?: number;
  readonly hash?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly items?: readonly { readonly id: string }[];
  readonly nextCursor?: string | null;
  readonly paths?: object;
}

async function send(path: string, { method, as = 'finance', headers = {}, body, at = baseUrl }: Sent = {}) {
  const response = await fetch(`${at}/api/v1${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
}

describe('what a handler returns becomes the answer', () => {
  it('a refusal as the problem that it would be if it were thrown', async () => {
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const [returned, thrown] = await Promise.all([
      send('/edge/refused', { headers: trace }),
      send('/edge/refusal', { headers: trace }),
    ]);
    expect(returned.status).toBe(409);
    expect(returned.body).toEqual({ ...thrown.body, instance: '/api/v1/edge/refused' });
    const shown = (headers: Headers) => [...headers].filter(([name]) => !['date', 'content-length'].includes(name));
    expect(shown(returned.headers)).toEqual(shown(thrown.headers));
  });

  it.each([
    ['plain', null, null],
    ['versioned', null, '"7"'],
    ['replayed', 'true', null],
  ])('a body that is %s, with its headers', async (kind, replayed, version) => {
    const { status, headers, body } = await send(`/edge/answers/${kind}`);
    expect({ status, body }).toEqual({ status: 200, body: { ok: true, kind } });
    expect([headers.get('idempotent-replayed'), headers.get('etag')]).toEqual([replayed, version]);
  });
});

describe('problems', () => {
  it('have every member of the contract, and extras beside', async () => {
    const { status, headers, body } = await send('/edge/refusal?', {
      headers: { 'accept-language': 'en', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toEqual({
      type: 'urn:fund-ledger:problem:insufficient-funds',
      title: 'Insufficient funds',
      status: 409,
      detail: 'Not enough is available.',
      instance: '/api/v1/edge/refusal',
      code: 'insufficient-funds',
      traceId: 'a'.repeat(32),
      available: '1.00',
    });
  });

  it.each([
    [undefined, 'zh-Hant', '可用金額不足'],
    ['fr', 'zh-Hant', '可用金額不足'],
    ['zh', 'zh-Hant', '可用金額不足'],
    ['zh-HK', 'zh-Hant', '可用金額不足'],
    ['zh-TW', 'zh-Hant', '可用金額不足'],
    ['zh-CN', 'zh-Hans', '可用金额不足'],
    ['zh-Hans', 'zh-Hans', '可用金额不足'],
    ['zh-SG,en;q=0.5', 'zh-Hans', '可用金额不足'],
    ['fr, en;q=0.9, zh-Hant;q=0.8', 'en', 'Insufficient funds'],
    ['en;q=0.1, zh-Hans;q=0.7', 'zh-Hans', '可用金额不足'],
    ['en;q=0', 'zh-Hant', '可用金額不足'],
    ['*', 'zh-Hant', '可用金額不足'],
  ])('speak the language of Accept-Language: %s → %s', async (header, language, title) => {
    const { headers, body } = await send('/edge/refusal', { headers: header === undefined ? {} : { 'accept-language': header } });
    expect([headers.get('content-language'), body.title]).toEqual([language, title]);
  });

  it('tell nothing of a fault', async () => {
    const { status, body } = await send('/edge/fault');
    expect([status, body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it.each([
    ['GET', '/edge/nothing', 404],
    ['GET', '/nothing', 404],
    ['DELETE', '/edge/things', 405],
    ['GET', '/edge/things/not-a-uuid', 400],
    ['GET', '/edge/things/%zz', 400],
  ])('answer %s %s with %i', async (method, path, expected) => {
    const { status, headers, body } = await send(path, { method });
    expect([status, body.status]).toEqual([expected, expected]);
    expect(headers.get('content-type')).toContain('application/problem+json');
  });

  it('come with the headers that keep an answer from being sniffed, framed or kept', async () => {
    const { headers } = await send('/edge/open', { as: null });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the order of refusals', () => {
  const huge = `{"fund":"${'x'.repeat(300 * 1024)}"}`;

  it.each<[string, Sent, number, string]>([
    ['nobody before an oversized body', { as: null, body: huge }, 401, 'unauthenticated'],
    [
      'nobody before a wrong media type',
      { as: null, body: 'x', headers: { 'content-type': 'text/plain' } },
      401,
      'unauthenticated',
    ],
    ['a dead token', { as: 'dead', body: {} }, 401, 'unauthenticated'],
    ['an oversized body before the wrong role', { as: 'auditor', body: huge }, 413, 'payload-too-large'],
    [
      'a wrong media type before the wrong role',
      { as: 'auditor', body: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    ['the wrong role before malformed JSON', { as: 'auditor', body: '{"fund":' }, 403, 'forbidden'],
    ['the wrong role before a wrong field', { as: 'auditor', body: {} }, 403, 'forbidden'],
    [
      'the wrong role before a missing key',
      { as: 'auditor', body: awardShaped(), headers: { 'idempotency-key': '' } },
      403,
      'forbidden',
    ],
  ])('%s', async (_, sent, status, code) => {
    const answer = await send('/edge/awards', sent);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('says by which scheme to sign in', async () => {
    expect((await send('/edge/things', { as: null })).headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('bodies', () => {
  const nested = (levels: number) => ({
    ...awardShaped(),
    facts: JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as unknown,
  });

  it.each<[string, Sent, number]>([
    ['right', { body: awardShaped() }, 201],
    ['nested 32 levels deep', { body: nested(31) }, 201],
    ['nested 33 levels deep', { body: nested(32) }, 400],
    ['nested 100,000 levels deep', { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, 400],
    ['never closed, 200,000 levels deep', { body: '['.repeat(200_000) }, 400],
    ['with NUL', { body: { ...awardShaped(), approvalRef: 'a\u0000b' } }, 400],
    ['with NUL in a key', { body: { ...awardShaped(), facts: { 'a\u0000': 1 } } }, 400],
    ['with an escaped backslash before u0000', { body: { ...awardShaped(), approvalRef: '\\u0000' } }, 201],
    ['with half of a surrogate pair', { body: JSON.stringify(awardShaped()).replace('P-1', '\\ud83d') }, 400],
    ['with a whole surrogate pair', { body: JSON.stringify(awardShaped()).replace('P-1', '\\ud83d\\ude00') }, 201],
    ['with __proto__', { body: JSON.stringify(awardShaped()).replace('"rank"', '"__proto__"') }, 400],
    ['with __proto__ in disguise', { body: JSON.stringify(awardShaped()).replace('"rank"', '"\\u005f_proto__"') }, 400],
    ['with constructor.prototype', { body: { ...awardShaped(), facts: { constructor: { prototype: {} } } } }, 400],
    ['not UTF-8', { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }, 400],
    ['not JSON', { body: 'fund=gz' }, 400],
    ['empty', { body: '' }, 400],
    ['a list', { body: [] }, 400],
    ['null', { body: 'null' }, 400],
    ['with an unknown field', { body: { ...awardShaped(), extra: 1 } }, 400],
    ['with a number for money', { body: { ...awardShaped(), amount: 5 } }, 400],
    ['without a key', { body: awardShaped(), headers: { 'idempotency-key': '' } }, 400],
    ['with a key of 255 characters', { body: awardShaped(), headers: { 'idempotency-key': 'k'.repeat(255) } }, 201],
    ['with a key of 256 characters', { body: awardShaped(), headers: { 'idempotency-key': 'k'.repeat(256) } }, 400],
    ['with a key with a space', { body: awardShaped(), headers: { 'idempotency-key': 'a b' } }, 400],
    [
      'of another media type',
      { body: JSON.stringify(awardShaped()), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['without a media type', { body: new TextEncoder().encode('{}'), headers: { 'content-type': '' } }, 415],
    ['in another charset', { body: awardShaped(), headers: { 'content-type': 'application/json; charset=gbk' } }, 415],
    ['in UTF-8, said aloud', { body: awardShaped(), headers: { 'content-type': 'application/json; charset=UTF-8' } }, 201],
    ['compressed', { body: awardShaped(), headers: { 'content-encoding': 'gzip' } }, 415],
    ['over 256 KiB', { body: { ...awardShaped(), facts: { long: 'x'.repeat(256 * 1024) } } }, 413],
  ])('%s', async (_, sent, status) => {
    const answer = await send('/edge/awards', sent);
    expect([answer.status, answer.body.code ?? null]).toMatchObject([status, status < 300 ? null : expect.any(String)]);
    if (status === 400) expect(answer.body.errors?.[0]).toEqual({ pointer: expect.any(String), detail: expect.any(String) });
  });

  it('of a batch may have up to 4 MiB', async () => {
    const awards = Array.from({ length: 1000 }, (_, index) => ({ ...awardShaped(index), facts: { long: 'x'.repeat(3_000) } }));
    expect(await send('/edge/batch', { body: { mode: 'each', awards } })).toMatchObject({ status: 200, body: { count: 1000 } });
    expect((await send('/edge/batch', { body: { mode: 'each', awards: [...awards, ...awards] } })).status).toBe(413);
  });

  it('point at the faulty item of a batch', async () => {
    const awards = [awardShaped(), { ...awardShaped(), amount: '0.00' }];
    const { body } = await send('/edge/batch', { body: { mode: 'each', awards }, headers: { 'accept-language': 'zh-CN' } });
    expect(body.errors).toEqual([{ pointer: '/awards/1/amount', detail: expect.stringContaining('金额须为') }]);
  });

  it('are refused where none is taken', async () => {
    expect((await send('/edge/things/00000000-0000-7000-8000-000000000000', { method: 'PATCH', body: { a: 1 } })).status).toBe(
      400,
    );
  });

  it('have one digest, however their keys are ordered', async () => {
    const reversed = Object.fromEntries(Object.entries(awardShaped()).reverse());
    const [first, second, third] = await Promise.all([
      send('/edge/awards', { body: awardShaped() }),
      send('/edge/awards', { body: JSON.stringify(reversed, null, 2) }),
      send('/edge/awards', { body: awardShaped(2) }),
    ]);
    expect(first.body.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(second.body.hash).toBe(first.body.hash);
    expect(third.body.hash).not.toBe(first.body.hash);
  });

  it("that say another length than they have don't hang the server", async () => {
    const { port, hostname } = new URL(baseUrl);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          'POST /api/v1/edge/awards HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer finance\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n{',
        );
      });
      socket.once('data', (data) => {
        socket.destroy();
        resolve(data.toString());
      });
    });
    expect(answer).toContain('413');
  });
});

describe('lists', () => {
  it('are paged by a signed cursor', async () => {
    const first = await send('/edge/things?limit=2');
    expect(first.body.items).toEqual([{ id: 'e' }, { id: 'd' }]);
    const second = await send(`/edge/things?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.items).toEqual([{ id: 'c' }, { id: 'b' }]);
    const last = await send(`/edge/things?limit=2&cursor=${second.body.nextCursor}`);
    expect(last.body).toEqual({ items: [{ id: 'a' }], nextCursor: null });
  });

  it('refuse a cursor that was changed, of other filters, or of another list', async () => {
    const nextCursor = (await send('/edge/things?limit=2')).body.nextCursor ?? '';
    const forged = `${nextCursor.slice(0, -1)}${nextCursor.endsWith('A') ? 'B' : 'A'}`;
    for (const path of [
      `/edge/things?cursor=${forged}`,
      '/edge/things?cursor=abc',
      `/edge/things?cursor=${nextCursor}=`,
      `/edge/things?q=x&cursor=${nextCursor}`,
      `/edge/others?cursor=${nextCursor}`,
    ]) {
      expect(await send(path)).toMatchObject({
        status: 400,
        body: { code: 'validation-failed', errors: [{ pointer: '/query/cursor' }] },
      });
    }
  });

  it.each([
    ['?unknown=1', '/query/unknown'],
    ['?limit=1&limit=2', '/query/limit'],
    ['?limit=0', '/query/limit'],
    ['?limit=201', '/query/limit'],
    ['?limit=ten', '/query/limit'],
    ['?cursor=', '/query/cursor'],
    ['?q=%00', '/path'],
    ['?q=%ff', '/path'],
    ['?q=%', '/path'],
    ['?__proto__=1', '/query/__proto__'],
  ])('refuse %s', async (query, pointer) => {
    const { status, body } = await send(`/edge/things${query}`);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('refuse any query parameter where none is known', async () => {
    expect((await send('/edge/open?x=1', { as: null })).status).toBe(400);
  });
});

describe('edits', () => {
  const path = '/edge/things/00000000-0000-7000-8000-000000000000';

  it.each([
    [{}, 428, 'precondition-required'],
    [{ 'if-match': '1' }, 400, 'validation-failed'],
    [{ 'if-match': 'W/"1"' }, 400, 'validation-failed'],
    [{ 'if-match': '"17"' }, 200, undefined],
  ])('with %j: %i', async (headers, status, code) => {
    const answer = await send(path, { method: 'PATCH', headers: headers });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('idempotent writes', () => {
  const write = (key: string, outcome = 'done', at = baseUrl) =>
    send('/edge/slow', { body: { outcome }, headers: { 'idempotency-key': key }, at });

  it('have one effect and one answer when sent twice at once, over two processes', async () => {
    const gates = [app.get(Gate), other.get(Gate)];
    const before = gates.reduce((sum, gate) => sum + gate.runs, 0);
    const key = randomUUID();
    const otherUrl = await other.getUrl();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => write(key, 'done', index % 2 === 0 ? baseUrl : otherUrl)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(gates.reduce((sum, gate) => sum + gate.runs, 0)).toBe(before + 1);
  });

  it('refuse another request with the same key', async () => {
    const key = randomUUID();
    await write(key);
    expect(await write(key, 'another')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('free the key when they are refused', async () => {
    const key = randomUUID();
    expect((await write(key, 'refused')).status).toBe(409);
    expect((await write(key, 'done')).status).toBe(201);
  });

  it('say that the first one still runs, after waiting for it', async () => {
    const gate = app.get(Gate);
    const key = randomUUID();
    gate.close();
    const first = write(key);
    while (gate.runs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const otherUrl = await other.getUrl();
    const [here, there] = await Promise.all([write(key), write(key, 'done', otherUrl)]);
    for (const answer of [here, there]) expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency-in-progress' } });
    gate.open();
    expect((await first).status).toBe(201);
    expect((await write(key)).headers.get('idempotent-replayed')).toBe('true');
  });

  it('answer 503 while the database is away', async () => {
    const { hostname, port } = new URL(database.url);
    const sockets = new Set<Socket>();
    const proxy = createServer((client) => {
      const server = connect(Number(port), hostname);
      for (const socket of [client, server]) sockets.add(socket.on('error', () => undefined));
      client.pipe(server).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const through = new URL(database.url);
    through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const lonely = await startEdgeApp(through.href);
    const at = await lonely.getUrl();
    expect((await send('/edge/slow', { body: { outcome: 'done' }, at })).status).toBe(201);
    proxy.close();
    for (const socket of sockets) socket.destroy();
    const away = await send('/edge/slow', { body: { outcome: 'done' }, at });
    expect(away).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(away.headers.get('retry-after')).toBe('1');
    await lonely.close();
  });
});

describe('the start', () => {
  @Controller('x')
  class NoAccess {
    @Get() read() {
      return {};
    }
  }

  @Controller('x')
  @Roles('finance')
  class LostDto {
    @Post() write(@Body() body: object) {
      return body;
    }
  }

  @Controller('x')
  @Roles('finance')
  class PartOfBody {
    @Post() write(@Body('name') name: string) {
      return name;
    }
  }

  it.each([
    [NoAccess, 'neither @Roles nor @Public'],
    [LostDto, 'is lost'],
    [PartOfBody, 'must take the whole'],
  ])('fails with %p', async (controller, fault) => {
    await expect(startEdgeApp(database.url, [controller])).rejects.toThrow(fault);
  });
});

describe('the OpenAPI reader', () => {
  it('is open and asks nothing of other hosts', async () => {
    expect((await send('/openapi.json', { as: null })).body.paths).toHaveProperty('/api/v1/edge/awards');
    const page = await (await fetch(`${baseUrl}/docs`)).text();
    expect(page).toContain('swagger-ui');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect((await fetch(`${baseUrl}/docs/swagger-ui-bundle.js`)).status).toBe(200);
  });
});
