import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { Database } from '../../src/platform/database/database.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/* Reports are read in a thread and on connections of their own: whoever wants many of them waits, and nobody else does. */

const LEDGER = '/reports/account-ledger?fund=gz-ecommerce&fiscalYear=2016&account=4610&format=csv';
const PLACES = 2;
let database: TestDatabase;
let app: TestApp;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({
    url: database.url,
    environment: { REPORTS_AT_ONCE: String(PLACES), LARGE_LISTS_AT_ONCE: '1', DATABASE_POOL_SIZE: '4' },
  });
  finance = await app.api('finance');
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('100000.00'));
  for (let batch = 0; batch < 4; batch += 1) {
    const awards = Array.from({ length: 1_000 }, () => awardRequest());
    expect((await finance.post('/awards/batch', { mode: 'each', awards })).body).toMatchObject({ accepted: 1_000 });
  }
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const headers = () => ({ authorization: `Bearer ${finance.token ?? ''}`, 'accept-language': 'en' });
const read = (path: string) => fetch(`${app.baseUrl}/api/v1${path}`, { headers: headers() });

/** Connections of the reports' thread. */
const connections = async (): Promise<number> => {
  const [row] = await asOwner(
    database,
    async (owner) =>
      (
        await owner.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'fund-ledger-reports' AND datname = current_database()`,
        )
      ).rows,
  );
  return row?.count ?? 0;
};

/** Gauges of reports by state. */
const states = async (): Promise<Record<string, number>> => {
  const text = await (await fetch(`${app.baseUrl}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^fund_reports\{state="(\w+)"\} (\d+)$/gm)].map(([, state, count]) => [state, Number(count)]),
  );
};

test('Of many reports at once some wait, the surplus is sent away with a time, and each that is read is whole', async () => {
  const alone = await (await read(LEDGER)).text();
  expect(alone.split('\r\n').length).toBeGreaterThan(4_000);
  const answers = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const answer = await read(LEDGER);
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
    }),
  );
  const whole = answers.filter(({ status }) => status === 200);
  const away = answers.filter(({ status }) => status === 503);
  expect(whole.length + away.length).toBe(40);
  expect(whole.length).toBeGreaterThanOrEqual(PLACES);
  expect(away.length).toBeGreaterThan(0);
  expect(new Set(whole.map(({ text }) => text))).toEqual(new Set([alone]));
  for (const { retryAfter, text } of away) {
    expect(Number(retryAfter)).toBeGreaterThan(0);
    expect(JSON.parse(text)).toMatchObject({ code: 'unavailable' });
  }
  expect(await connections()).toBeLessThanOrEqual(PLACES);
  expect(await states()).toMatchObject({ inside: 0, waiting: 0 });
});

/** Asks for something, reads nothing of it, and leaves it so. */
function stalled(path: string): { leave: () => void } {
  const { port } = new URL(app.baseUrl);
  const socket = connect(Number(port), '127.0.0.1');
  socket.pause();
  socket.on('error', () => undefined);
  socket.write(`GET /api/v1${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${finance.token ?? ''}\r\n\r\n`);
  return { leave: () => socket.destroy() };
}

test('A reader that stops reading keeps its place and nothing more; one that goes away gives it back', async () => {
  const readers = [stalled(LEDGER), stalled(LEDGER)];
  await until('both are in', async () => (await states())['inside'] === PLACES);
  // All places of reports are taken; everything else goes on.
  expect((await finance.get('/auth/me')).status).toBe(200);
  expect((await finance.post('/awards', awardRequest())).status).toBe(201);
  for (const { leave } of readers) leave();
  await until('both are out', async () => (await states())['inside'] === 0);
  expect((await read(LEDGER)).status).toBe(200);
});

test('With every other connection taken, a report is read all the same', async () => {
  const db = app.app.get(Database);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  // Who asks is known by then.
  expect((await finance.get('/auth/me')).status).toBe(200);
  const holders = Array.from({ length: db.most }, () => db.withConnection(() => held));
  try {
    await until('all are lent', () => db.lent === db.most);
    expect((await read('/reports/trial-balance?fund=gz-ecommerce&fiscalYear=2016')).status).toBe(200);
  } finally {
    release();
    await Promise.all(holders);
  }
});

test('Refusals come as they did', async () => {
  for (const [path, status] of [
    ['/reports/nothing?fund=gz-ecommerce&fiscalYear=2016', 404],
    ['/reports/trial-balance?fund=nothing&fiscalYear=2016', 404],
    ['/reports/account-ledger?fund=gz-ecommerce&fiscalYear=2016', 400],
    ['/reports/account-ledger?fund=gz-ecommerce&fiscalYear=2016&account=4700&format=xyz', 400],
  ] as const) {
    const answer = await read(path);
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
      path,
      status,
      'application/problem+json; charset=utf-8',
    ]);
  }
});

describe('Long lists', () => {
  test('are the same list, and beyond what is read at once and waits they are sent away', async () => {
    const { body } = await finance.get<{ items: unknown[]; nextCursor: string }>('/awards?limit=200');
    expect(body.items).toHaveLength(200);
    expect(body.nextCursor).toEqual(expect.any(String));
    const short = await finance.get<{ items: unknown[] }>('/awards?limit=50');
    expect(body.items.slice(0, 50)).toEqual(short.body.items);
    const answers = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const answer = await read('/awards?limit=200');
        return { status: answer.status, retryAfter: answer.headers.get('retry-after'), text: await answer.text() };
      }),
    );
    const whole = answers.filter(({ status }) => status === 200);
    expect(new Set(whole.map(({ text }) => text)).size).toBe(1);
    expect(JSON.parse(whole[0]?.text ?? '')).toEqual(body);
    const away = answers.filter(({ status }) => status !== 200);
    expect(away.length).toBeGreaterThan(0);
    expect(new Set(away.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(new Set(['503 1']));
    // Short lists wait for none of it.
    expect((await finance.get('/awards?limit=50')).status).toBe(200);
  });

  test('give their place back when their reader goes away', async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      const { leave } = stalled('/awards?limit=200');
      await sleep(turn);
      leave();
    }
    await until('a long list is read', async () => (await read('/awards?limit=200')).status === 200);
  });
});
