import { loadConfig } from '../../src/platform/config/index.js';
import { FundBusy, FundLocks, lockedFunds } from '../../src/reconciliation/runs/fund-locks.js';
import { testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

/* Runs of a fund follow one another, in one process and over several; a connection that is lost leaves no lock and no fund behind. */

let database: TestDatabase;
let ours: FundLocks;
let others: FundLocks;

beforeEach(async () => {
  database = await testDatabase();
  const config = loadConfig(testEnvironment(database.url));
  [ours, others] = [new FundLocks(config), new FundLocks(config)];
});
afterEach(async () => {
  for (const locks of [ours, others]) await locks.onApplicationShutdown();
  await database.close();
});

/** Work that goes on until it is told to end. */
function working(
  locks: FundLocks,
  fundId: number,
): { readonly begun: Promise<void>; readonly ended: Promise<void>; end(): void } {
  let [begin, end] = [(): void => undefined, (): void => undefined];
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const told = new Promise<void>((resolve) => (end = resolve));
  const ended = locks.hold(fundId, async () => {
    begin();
    await told;
  });
  return { begun, ended, end: () => end() };
}

const kill = (): Promise<unknown> =>
  database.db.rows(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'fund-ledger-reconciliation' AND datname = current_database()`,
  );

test('A second run of the fund waits for the first, in this process and in another; one of another fund does not', async () => {
  for (const locks of [ours, others]) locks.waitMs = 250;
  const first = working(ours, 1);
  await first.begun;
  await expect(ours.hold(1, async () => undefined)).rejects.toBeInstanceOf(FundBusy);
  await expect(others.hold(1, async () => undefined)).rejects.toBeInstanceOf(FundBusy);
  await others.hold(2, async () => undefined);
  first.end();
  await first.ended;
  await others.hold(1, async () => undefined);
  expect(await lockedFunds(database.db)).toEqual(new Set());
});

test('A connection that is lost under a run gives its lock away, and whatever it is followed by keeps its own', async () => {
  const first = working(ours, 1);
  await first.begun;
  await kill();
  await until('the lock is gone', async () => (await lockedFunds(database.db)).size === 0);
  const second = working(ours, 2);
  await second.begun;
  first.end();
  await first.ended;
  expect(await lockedFunds(database.db)).toEqual(new Set([2]));
  second.end();
  await second.ended;
  expect(await lockedFunds(database.db)).toEqual(new Set());
  const connections = await database.db.rows(
    `SELECT FROM pg_stat_activity WHERE application_name = 'fund-ledger-reconciliation' AND datname = current_database()`,
  );
  expect(connections).toHaveLength(1);
});
