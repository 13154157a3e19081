import { testEnvironment } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { spawnSource } from '../support/spawn-source.js';

describe('The command line', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(() => database.close());

  const fund = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
    const environment = { ...testEnvironment(database.url), DATABASE_MIGRATION_URL: database.ownerUrl };
    const run = spawnSource('cli.ts', args, environment);
    return { code: await run.ended, output: run.output() };
  };

  it('migrates and seeds an empty database, once', async () => {
    await asOwner(database, (owner) =>
      owner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA bullmq CASCADE'),
    );
    expect(await fund('migrate')).toMatchObject({ code: 0, output: expect.stringContaining('Ledger1700000000001') as string });
    expect(await fund('migrate')).toEqual({ code: 0, output: 'Nothing to migrate.\n' });
    expect((await fund('seed')).code).toBe(0);
    expect((await fund('seed')).code).toBe(0);
    const [counted] = await database.db.rows(
      'SELECT (SELECT count(*) FROM fund) AS funds, (SELECT count(*) FROM programme_line) AS lines',
    );
    expect(counted).toEqual({ funds: 1n, lines: 19n });
  });

  it('shows the position of a year', async () => {
    const { code, output } = await fund('position', 'gz-ecommerce', '2016', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ fund: 'gz-ecommerce', fiscalYear: 2016, status: 'open', appropriated: '0.00' });
  });

  it('says in one line what the operator can put right', async () => {
    expect(await fund('position', 'nowhere', '2016')).toEqual({ code: 1, output: 'There is no fund nowhere\n' });
    expect(await fund('position', 'gz-ecommerce', 'soon')).toEqual({ code: 1, output: 'Not a fiscal year: soon\n' });
  });
});
