import { rekeyAwards } from '../../src/awards/index.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { pendingMigrations } from '../../src/platform/database/migrate.js';
import { problemOf } from '../../src/platform/http/problems/fault-problem.js';
import { ENTITIES } from '../../src/declared.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, postAll, postOne, project, reservation, yuan } from '../support/ledger.js';
import { openReconciliation } from '../support/reconciliation.js';

/* Awards from before keys, or keyed by an older folding, get theirs from `fund migrate` (domain §6). */

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

/** As the migration leaves a database that had awards. */
const forgetKeys = () =>
  asOwner(database, async (owner) => {
    await owner.query('ALTER TABLE award DISABLE TRIGGER USER');
    await owner.query(`UPDATE award SET keys = '{}', folding = 0`);
    await owner.query('ALTER TABLE award ENABLE TRIGGER USER');
    await owner.query(`DELETE FROM claim WHERE kind = 'project-year'`);
    await owner.query('UPDATE folding SET finished = false');
  });

/** Works as the owner, as `fund migrate` does. */
async function asMigration<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const dataSource = await openDataSource({ url: database.ownerUrl, size: 2, applicationName: 'rekey', entities: ENTITIES });
  try {
    return await work(new Database(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

const rekey = (progress: (done: number) => void = () => undefined) =>
  asMigration((db) => rekeyAwards(db, openLedger(db), progress));

test('Awards from before get their keys, and who then meets is held and found', async () => {
  const ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
  const enterprise = { name: '示例企業', organizationCode: 'T88888888', creditCode: null };
  const paper = (title: string, amountFen: bigint, code: string | null = null) =>
    reservation({ enterprise, amountFen, project: project(title, code) });
  const [first, second, other] = [
    await mustPost(ledger, paper('工廠直銷平臺', 200n, 'X-1')),
    await mustPost(ledger, paper('倉儲系統', 100n, 'X-2')),
    await mustPost(ledger, paper('展示系統', 300n)),
  ].map(({ award }) => award?.id ?? '');
  // A disguise that older keys took for another title.
  await asOwner(database, (owner) =>
    owner.query(`UPDATE project SET title = '工厰直銷平臺🙂' WHERE id = (SELECT project_id FROM award WHERE id = $1)`, [second]),
  );
  await forgetKeys();

  expect(await pendingMigrations(database.db)).toEqual(["the awards' keys"]);
  const early = await postOne(ledger, reservation()).catch(
    (error: unknown) => ({ ok: false, problem: problemOf(error) }) as const,
  );
  expect(early).toMatchObject({ ok: false, problem: { code: 'unavailable' } });

  expect(await rekey()).toBe(3);
  expect(await pendingMigrations(database.db)).toEqual([]);
  const held = await database.db.rows<{ id: string }>('SELECT id FROM award WHERE on_hold');
  expect(held).toEqual([{ id: second }]);
  expect(
    await postOne(ledger, { kind: 'commit', awardId: second ?? '', amountFen: null, effectiveOn: '2016-05-01' }),
  ).toMatchObject({
    problem: { code: 'award-on-hold' },
  });
  expect(await postOne(ledger, { ...paper('展示系統', 5n) })).toMatchObject({
    problem: { code: 'project-already-subsidised', extras: { conflictingAward: { id: other } } },
  });
  expect(await brokenInvariants(database.db)).toEqual({});
  const reconciliation = openReconciliation(database, ledger);
  await reconciliation.run();
  expect(await reconciliation.findings('open')).toMatchObject([{ rule: 'one-subsidy', award_ids: [first, second] }]);
  await reconciliation.close();
  expect(await rekey()).toBe(0);
});

test('Broken off, it goes on where it was; a process of older keys reserves nothing any more', async () => {
  const ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
  await postAll(
    ledger,
    Array.from({ length: 2_500 }, () => reservation({ amountFen: 100n })),
  );
  await forgetKeys();
  const broken = rekey((done) => {
    if (done === 1_000) throw new Error('killed');
  });
  await expect(broken).rejects.toThrow('killed');
  expect(await pendingMigrations(database.db)).toEqual(["the awards' keys"]);
  expect(await rekey()).toBe(1_500);
  expect(await brokenInvariants(database.db)).toEqual({});
  await mustPost(ledger, reservation({ amountFen: 100n }));
  const old = reservation({ amountFen: 100n });
  const refused = await postOne(ledger, { ...old, project: { ...old.project, folding: 0 } }).catch(
    (error: unknown) => ({ ok: false, problem: problemOf(error) }) as const,
  );
  expect(refused).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
});

test('Under another folding, keys that stay the same stay claimed, and only the others are claimed anew', async () => {
  const ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
  const enterprise = { name: '示例企業', organizationCode: 'T77777777', creditCode: null };
  const of = { enterprise, amountFen: 100n };
  await mustPost(ledger, reservation({ ...of, project: project('分揀系統', 'Y-1') }));
  // The code was folded as it is now, the title otherwise.
  await asOwner(database, async (owner) => {
    await owner.query('ALTER TABLE award DISABLE TRIGGER USER');
    await owner.query(`UPDATE award SET folding = 0, keys = '{code:y1,title:older}'`);
    await owner.query('ALTER TABLE award ENABLE TRIGGER USER');
    await owner.query(`UPDATE claim SET key = regexp_replace(key, 'title:.*', 'title:older') WHERE kind = 'project-year'`);
    await owner.query('UPDATE folding SET finished = false');
  });
  expect(await rekey()).toBe(1);
  expect(await brokenInvariants(database.db)).toEqual({});
  for (const again of [project('分揀系統'), project('另一系統', 'y‐1')]) {
    expect(await postOne(ledger, reservation({ ...of, project: again }))).toMatchObject({
      problem: { code: 'project-already-subsidised' },
    });
  }
});
