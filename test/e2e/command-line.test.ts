import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEnvironment } from '../support/app.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { spawnSource } from '../support/spawn-source.js';

describe('The command line', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(() => database.close());

  const fund = async (...args: string[]): Promise<{ code: number | null; output: string }> => fundWith('', ...args);

  const fundWith = async (input: string, ...args: string[]): Promise<{ code: number | null; output: string }> => {
    const environment = { ...testEnvironment(database.url, signIn), DATABASE_MIGRATION_URL: database.ownerUrl };
    const run = spawnSource('cli.ts', args, environment, input);
    return { code: await run.ended, output: run.output() };
  };

  /** Of whoever signs in on the command line. */
  let signIn: Readonly<Record<string, string>> = {};

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
    expect((await fund('position', 'gz-ecommerce', '2016')).output).toContain('gz-ecommerce 2016 (open): appropriated 0.00');
    await database.db.rows('UPDATE fund SET illustrative = true');
    expect((await fund('position', 'gz-ecommerce', '2016')).output).toContain('gz-ecommerce 2016 (open, illustrative data)');
    await database.db.rows('UPDATE fund SET illustrative = false');
  });

  it('makes the first administrator, whose password comes by standard input', async () => {
    expect(await fundWith('a password of some length\n', 'user', 'add', 'first', '--role', 'admin')).toEqual({
      code: 0,
      output: 'Made first (admin).\n',
    });
    expect((await fund('user', 'list')).output).toMatch(/first .* admin/);
    expect(
      await fundWith('a password of some length\n', 'user', 'add', 'third', '--role', 'officer', '--agency', '經貿委'),
    ).toEqual({ code: 1, output: expect.stringContaining('begins with the character for city') as string });
    const numbered = ['user', 'add', 'fourth', '--role', 'finance', '--name', '陳大文'];
    expect(await fundWith('a password of some length\n', ...numbered, '--staff-no', '—')).toEqual({
      code: 1,
      output: expect.stringContaining('1 to 50 characters that show') as string,
    });
    expect((await fundWith('a password of some length\n', ...numbered, '--staff-no', 'CZ-0417')).code).toBe(0);
    expect((await fund('user', 'list')).output).toMatch(/fourth .* CZ-0417 .* finance/);
    expect(await fundWith('short\n', 'user', 'add', 'second', '--role', 'admin')).toMatchObject({ code: 1 });
  });

  it('shows for what the seed asks a second person, and changes a policy for whoever signs in as finance', async () => {
    const seeded = await fund('approvals', 'show');
    expect(seeded).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^gz-ecommerce: version 1 of .*, changed by system\./) as string,
    });
    expect(seeded.output).toMatch(/│ disbursement +│ +0\.00 │ +1 │/);
    expect(seeded.output).toContain('expires after 30 days');

    const directory = await mkdtemp(join(tmpdir(), 'fund-ledger-policy-'));
    const file = join(directory, 'policy.json');
    const rules = [
      { kind: 'lapse', from: '0.00', steps: 1 },
      { kind: 'lapse', from: '1000000.00', steps: 2 },
    ];
    const write = (policy: object) => writeFile(file, JSON.stringify({ rules, expiresAfterDays: 7, reason: '示例', ...policy }));
    const change = (code: string, as: string) => fund('approvals', 'change', '--fund', code, '--file', file, '--as', as);
    try {
      await database.db.rows(
        `INSERT INTO fund (code, name, annual_amount_fen, first_year, last_year) VALUES ('second-fund', '示例', 100, 2016, 2016)`,
      );
      await seedDemonstrationUsers(database.db);
      await write({});
      expect(await change('second-fund', 'finance')).toEqual({
        code: 1,
        output: expect.stringContaining('FUND_PASSWORD') as string,
      });
      signIn = { FUND_PASSWORD: 'another' };
      expect(await change('second-fund', 'finance')).toEqual({ code: 1, output: 'The username or the password is wrong.\n' });
      signIn = { FUND_PASSWORD: 'auditor' };
      expect(await change('second-fund', 'auditor')).toEqual({ code: 1, output: 'auditor is no finance user\n' });
      signIn = { FUND_PASSWORD: 'finance' };
      await write({ rules: rules.toReversed().map((rule, index) => ({ ...rule, steps: index + 1 })) });
      expect(await change('second-fund', 'finance')).toEqual({
        code: 1,
        output: expect.stringContaining('/rules/0/steps: must not fall') as string,
      });
      await write({});
      expect(await change('second-fund', 'finance')).toEqual({
        code: 0,
        output: 'Version 1 of the policy of approvals of second-fund is in force.\n',
      });
      const { output } = await fund('approvals', 'show');
      expect(output).toMatch(
        /gz-ecommerce: version 1 [^]*second-fund: version 1 of .*, changed by finance\. What waits expires after 7 days\./,
      );
      expect(output).toMatch(/│ lapse +│ +1000000\.00 │ +2 │/);
      // From then on it needs another of finance, from the command line as well.
      expect(await change('second-fund', 'finance')).toEqual({
        code: 0,
        output: expect.stringMatching(
          /^It waits for finance2, fourth: POST \/approvals\/[-0-9a-f]{36}\/approve\. Nothing is changed yet\.$/m,
        ) as string,
      });
      expect((await fund('approvals', 'show')).output).toContain('second-fund: version 1');
    } finally {
      signIn = {};
      await rm(directory, { recursive: true });
    }
  }, 60_000);

  it('reconciles, and verifies the books and the guards of the database', async () => {
    expect(await fund('reconcile', 'gz-ecommerce', '2016')).toMatchObject({
      code: 0,
      output: expect.stringContaining('completed') as string,
    });
    expect(await fund('verify', 'gz-ecommerce')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Nothing is broken') as string,
    });
    await asOwner(database, (owner) =>
      owner.query('ALTER TABLE posting DISABLE TRIGGER posting_stays; DROP INDEX journal_entry_award_version'),
    );
    const { code, output } = await fund('verify', 'gz-ecommerce');
    expect(code).toBe(1);
    expect(output).toContain('The database has lost its trigger posting.posting_stays.');
    expect(output).toContain('The database has lost its index journal_entry.journal_entry_award_version.');
  });

  it('says in one line what the operator can put right', async () => {
    expect(await fund('position', 'nowhere', '2016')).toEqual({ code: 1, output: 'There is no fund nowhere\n' });
    expect(await fund('position', 'gz-ecommerce', 'soon')).toEqual({ code: 1, output: 'Not a fiscal year: soon\n' });
  });
});
