import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import type { WantedReport } from '../../src/reports/thread/messages.js';
import { ReportThread } from '../../src/reports/thread/report-thread.js';
import { testDatabase, testServer, type TestDatabase } from '../support/database.js';
import { fundLine, openLedger, postAll, reservation, yuan } from '../support/ledger.js';

/* The thread of reports may lose its database, or its life: what it was at is broken off, and the next report is whole. */

let database: TestDatabase;
let thread: ReportThread;

beforeAll(async () => {
  database = await testDatabase();
  const ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('100000.00'));
  await postAll(
    ledger,
    Array.from({ length: 5_000 }, () => reservation({ amountFen: 1n })),
  );
  thread = new ReportThread({ databaseUrl: database.url, statementTimeoutMs: 15_000, poolSize: 2 });
}, 120_000);
afterAll(async () => {
  await thread.close();
  await database.close();
});

const LEDGER: WantedReport = {
  report: 'account-ledger',
  fund: 'gz-ecommerce',
  fiscalYears: [2016],
  asOf: null,
  recordedAsOf: null,
  agency: null,
  month: null,
  account: '4610',
  line: null,
  order: 'effective',
  language: 'en',
  format: 'csv',
};

async function opened(): Promise<Readable> {
  const report = await thread.open(LEDGER);
  if (!report.ok) throw new Error(report.problem.detail.en);
  return report.value.bytes;
}

async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Reads one part, and leaves the rest in the thread. */
async function begun(): Promise<Readable> {
  const stream = await opened();
  await new Promise((resolve) => stream.once('readable', resolve));
  expect(stream.read()).not.toBeNull();
  return stream;
}

let whole = '';
beforeAll(async () => {
  whole = await textOf(await opened());
});

test('A report of some pages comes whole', () => {
  expect(whole.split('\r\n')).toHaveLength(1 + 1 + 5_000 + 1);
});

test('Without its database a report is broken off in the middle, and the next one is whole', async () => {
  const stream = await begun();
  const admin = new pg.Client({ connectionString: testServer().adminUrl });
  await admin.connect();
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fund-ledger-reports' AND datname = $1`,
    [new URL(database.url).pathname.slice(1)],
  );
  // The page that it reads next needs a connection: the pool makes a new one. A page under way is lost.
  const rest = await textOf(stream).catch(() => 'broken off');
  expect(rest === 'broken off' || whole.endsWith(rest)).toBe(true);
  await admin.end();
  expect(await textOf(await opened())).toBe(whole);
});

test('When the thread dies, what it was at is broken off, who asked last is sent away, and the next one is whole', async () => {
  const stream = await begun();
  const worker: unknown = Reflect.get(thread, 'worker');
  if (!(worker instanceof Worker)) throw new Error('No thread');
  const asked = thread.open(LEDGER);
  await worker.terminate();
  await expect(textOf(stream)).rejects.toThrow('thread has ended');
  expect(await asked).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
  expect(await textOf(await opened())).toBe(whole);
});

test('A reader that goes away ends the reading', async () => {
  const streams = await Promise.all([begun(), begun()]);
  for (const stream of streams) stream.destroy();
  expect(await textOf(await opened())).toBe(whole);
});

test('A database that is not there is no report and no fault', async () => {
  const astray = new ReportThread({ databaseUrl: 'postgresql://u:p@127.0.0.1:1/none', statementTimeoutMs: 1_000, poolSize: 1 });
  try {
    expect(await astray.open(LEDGER)).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
  } finally {
    await astray.close();
  }
});
