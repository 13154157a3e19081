import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { Pauses, pausingClient } from '../support/pausing-client.js';

/*
 * A process is stopped (SIGSTOP, a debugger, a host that swaps) while it holds locks on money. The server ends its transaction after three
 * quarters of a second, so that nobody else is refused for it; when it goes on, it finds out and begins again.
 */

let database: TestDatabase;
let stopped: Database;
const pauses = new Pauses();

beforeAll(async () => {
  database = await testDatabase();
  await fundLine(openLedger(database.db), 'manufacturing-app', yuan('1000000.00'));
  stopped = new Database(
    await openDataSource({
      url: database.url,
      size: 4,
      applicationName: 'fund-ledger-test-stopped',
      client: pausingClient(pauses),
    }),
  );
});
afterAll(async () => {
  await stopped.dataSource.destroy();
  await database.close();
});

test('Who is stopped anywhere in a posting keeps nobody else waiting for long, and posts once when it goes on', async () => {
  const [slow, other] = [openLedger(stopped), openLedger(database.db)];
  await postOne(slow, reservation({ amountFen: 1n }));
  let atLocks = 0;
  for (let statement = 0; ; statement += 1) {
    const pause = pauses.pauseBefore(statement);
    const first = postOne(slow, reservation({ amountFen: 1n }));
    const isPaused = await Promise.race([pause.reached.then(() => true), first.then(() => false)]);
    if (!isPaused) break;
    const holds = await database.db.rows(
      `SELECT FROM pg_stat_activity WHERE application_name = 'fund-ledger-test-stopped' AND state = 'idle in transaction'`,
    );
    if (holds.length > 0) atLocks += 1;
    expect(await postOne(other, reservation({ amountFen: 1n }))).toMatchObject({ ok: true });
    pause.resume();
    expect(await first).toMatchObject({ ok: true });
  }
  expect(atLocks).toBeGreaterThan(5);
  expect(await brokenInvariants(database.db)).toEqual({});
}, 60_000);
