import { seedDemonstrationUsers } from '../../src/identity/index.js';
import type { RunDto } from '../../src/reconciliation/runs/run.dto.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

/* A run that waits sees whatever was recorded when it was asked for a second time: no second one is needed. Here no worker begins any. */

let database: TestDatabase;
let apps: [TestApp, TestApp];

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  apps = [await startApp({ url: database.url }), await startApp({ url: database.url })];
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.close();
});

const ask = async (api: Api, more: object = {}): Promise<RunDto> => {
  const { status, body } = await api.post<RunDto>('/reconciliation-runs', { fund: 'gz-ecommerce', fiscalYear: 2014, ...more });
  expect(status).toBe(202);
  return body;
};

test('Who asks for a run that waits already is answered with it, whichever process is asked', async () => {
  const [finance, auditor] = [await apps[0].api('finance'), await apps[1].api('auditor')];
  const runs = await Promise.all(
    Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? ask(finance) : ask(auditor, { dryRun: true }))),
  );
  const idsOf = (dryRun: boolean) => new Set(runs.filter((run) => run.dryRun === dryRun).map(({ id }) => id));
  expect([idsOf(false).size, idsOf(true).size]).toEqual([1, 1]);
  const [{ count } = { count: 0n }] = await database.db.rows<{ count: bigint }>('SELECT count(*) FROM reconciliation_run');
  expect(count).toBe(2n);
});

test('Another scope is another run, and one that has begun answers for nobody any more', async () => {
  const finance = await apps[0].api('finance');
  const first = await ask(finance, { rules: ['one-subsidy', 'line-rule'] });
  expect((await ask(finance, { rules: ['line-rule', 'one-subsidy'] })).id).toBe(first.id);
  const others = [{ rules: ['one-subsidy'] }, { rules: ['one-subsidy', 'line-rule'], fiscalYear: 2015 }];
  for (const more of others) expect((await ask(finance, more)).id).not.toBe(first.id);
  await asOwner(database, (owner) =>
    owner.query(`UPDATE reconciliation_run SET status = 'running', started_at = now() WHERE id = $1`, [first.id]),
  );
  expect((await ask(finance, { rules: ['one-subsidy', 'line-rule'] })).id).not.toBe(first.id);
});
