import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { refuseSharedConnections } from '../../src/platform/database/start-checks.js';
import { startApp, testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { PGBOUNCER_ON_PATH, startPgBouncer } from '../support/pgbouncer.js';
import { spawnSource } from '../support/spawn-source.js';

const maybe = PGBOUNCER_ON_PATH ? describe : describe.skip;

/*
 * A pooler in session mode lends a connection for as long as its client stays: all works as without it. In transaction mode each
 * transaction gets another one, and what is prepared, set, locked or listened to is lost: the start says so.
 */
maybe('PgBouncer', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
    await seedDemonstrationUsers(database.db);
  });
  afterAll(() => database.close());

  it('in session mode serves reads, writes and jobs; what a session is to have is set in it', async () => {
    const pooler = await startPgBouncer(database.url, 'session');
    const app = await startApp({ url: pooler.url, worker: true, environment: { DATABASE_POOL_SIZE: '6' } });
    try {
      const finance = await app.api('finance');
      const entry = { kind: 'appropriation', amount: '1.00', reason: '示例', documentNo: '示例', effectiveOn: '2016-12-31' };
      const path = '/funds/gz-ecommerce/years/2016/budget-entries';
      const answers = await Promise.all(Array.from({ length: 20 }, () => finance.post(path, entry)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      const { Database } = await import('../../src/platform/database/database.js');
      expect(
        await app.app
          .get(Database)
          .rows(`SELECT current_setting('plan_cache_mode') AS mode, current_setting('statement_timeout') AS most`),
      ).toEqual([{ mode: 'force_custom_plan', most: '15s' }]);
    } finally {
      await app.close();
      await pooler.close();
    }
  }, 60_000);

  it.each(['main.ts', 'worker.ts'])(
    'in transaction mode ends the start of %s with a word on what to do',
    async (file) => {
      const pooler = await startPgBouncer(database.url, 'transaction');
      try {
        await expect(refuseSharedConnections(pooler.url)).rejects.toThrow('pool_mode = session');
        const run = spawnSource(file, [], testEnvironment(pooler.url));
        expect(await run.ended).toBe(1);
        expect(run.output()).toMatch(/^DATABASE_URL leads to a pooler that gives each transaction another connection/m);
        expect(run.output()).not.toContain('    at ');
      } finally {
        await pooler.close();
      }
    },
    60_000,
  );

  it('is told apart from PostgreSQL itself', async () => {
    await expect(refuseSharedConnections(database.url)).resolves.toBeUndefined();
  });
});
