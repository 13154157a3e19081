import { CommitLost } from '../../src/platform/database/away.js';
import { Database } from '../../src/platform/database/database.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { openLedger, postOne } from '../support/ledger.js';

let database: TestDatabase;
beforeAll(async () => (database = await testDatabase()));
afterAll(() => database.close());

const ADD = `INSERT INTO sign_in_failure (username, address) VALUES ('x', 'x')`;
const COUNT = 'SELECT count(*)::integer AS found FROM sign_in_failure';

test('A transaction that an error has aborted is never taken for committed, though its work went on', async () => {
  const work = database.db.transaction(async (tx) => {
    await tx.rows(ADD);
    await tx.rows('SELECT 1 / 0').catch(() => undefined);
    return 'done';
  });
  await expect(work).rejects.toThrow('ROLLBACK');
  expect(await database.db.rows(COUNT)).toEqual([{ found: 0 }]);
  await database.db.transaction(async (tx) => tx.rows(ADD));
  expect(await database.db.rows(COUNT)).toEqual([{ found: 1 }]);
});

/** Commits the first transaction without hearing the answer, and then meets a fault that no repetition mends. */
class LosesCommit extends Database {
  private turn = 0;

  override async transaction<T>(...[work, options]: Parameters<Database['transaction']>): Promise<T> {
    this.turn += 1;
    if (this.turn > 1) throw new Error('A fault of our own');
    await super.transaction(work, options);
    throw new CommitLost(new Error('Connection terminated'));
  }
}

test('A fault after a commit whose answer was lost is not told as "nothing was done"', async () => {
  const ledger = openLedger(new LosesCommit(database.db.dataSource));
  const event = {
    kind: 'appropriation',
    fiscalYear: 2016,
    amountFen: 100n,
    ceilingDocumentNo: null,
    effectiveOn: '2016-12-31',
  } as const;
  expect(await postOne(ledger, event)).toMatchObject({ ok: false, problem: { code: 'outcome-unknown' } });
  expect(await database.db.rows('SELECT balance FROM account WHERE code = 4110 AND balance > 0')).toEqual([{ balance: 100n }]);
});
