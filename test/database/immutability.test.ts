import { DECLARED } from '../../src/declared.js';
import { randomUUID } from 'node:crypto';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { SECRET_KEY } from '../support/app.js';

/** Domain §4.6: the database itself refuses, whoever asks and whatever the code does. */
describe('What is recorded stays', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
    await asOwner(database, async (owner) => {
      const entry = randomUUID();
      await owner.query(
        `WITH moved AS (
           UPDATE account SET balance = 100, version = 1
            WHERE fund_id = 1 AND fiscal_year = 2016 AND code IN (4110, 4450) RETURNING id, normal_side), entered AS (
           INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
           VALUES (1, $1, 2016, 'appropriation', '2016-01-04', now(), $1, 100))
         INSERT INTO posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
         SELECT 1, id, 1, $1, normal_side, 100, 100, '2016-01-04', now() FROM moved`,
        [entry],
      );
    });
  });

  afterAll(() => database.close());

  const attempts = ['journal_entry', 'posting'].flatMap((table) => [
    [`UPDATE ${table} SET fund_id = fund_id`],
    [`DELETE FROM ${table}`],
    [`TRUNCATE ${table} CASCADE`],
  ]);

  it.each(attempts)('%s: refused to the run-time role for want of the right', async (attempt) => {
    await expect(database.db.rows(attempt)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(attempts)('%s: refused to the owner by a trigger', async (attempt) => {
    await asOwner(database, async (owner) => {
      await expect(owner.query(attempt)).rejects.toMatchObject({ code: 'FL001' });
    });
  });

  it('keeps both rows', async () => {
    const [count] = await database.db.rows(
      'SELECT (SELECT count(*) FROM journal_entry) AS entries, (SELECT count(*) FROM posting) AS postings',
    );
    expect(count).toEqual({ entries: 1n, postings: 2n });
  });
});

describe('The run-time role', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });

  afterAll(() => database.close());

  it('owns nothing and may make nothing', async () => {
    const [row] = await database.db.rows<{ owned: number; may_create: boolean; superuser: boolean }>(
      `SELECT (SELECT count(*)::integer FROM pg_class WHERE relowner = current_user::regrole) AS owned,
              has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE') AS may_create,
              (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS superuser`,
    );
    expect(row).toEqual({ owned: 0, may_create: false, superuser: false });
  });

  const tables = async (): Promise<string[]> => {
    const rows = await database.db.rows<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('can change, delete or truncate no table as a whole', async () => {
    for (const table of await tables()) {
      const [row] = await database.db.rows(
        `SELECT has_table_privilege($1, 'UPDATE') OR has_table_privilege($1, 'DELETE') OR has_table_privilege($1, 'TRUNCATE') AS may`,
        [table],
      );
      expect(row).toEqual({ may: false });
    }
    expect(await tables()).toContain('claim');
  });

  it('can keep nobody out of a table by locking it', async () => {
    for (const table of await tables()) {
      const lock = database.db.transaction((tx) => tx.rows(`LOCK TABLE ${table} IN SHARE MODE`));
      await expect(lock).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('can make no temporary table, which could stand before one of ours', async () => {
    await expect(database.db.rows('CREATE TEMPORARY TABLE posting (LIKE public.posting)')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('Migrations', () => {
  it('run once, however many processes start them at the same time', async () => {
    const { migrate } = await import('../../src/platform/database/migrate.js');
    const database = await testDatabase();
    try {
      await asOwner(database, (owner) =>
        owner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA bullmq CASCADE'),
      );
      const target = { databaseUrl: database.url, databaseMigrationUrl: database.ownerUrl, secretKey: SECRET_KEY };
      const outcomes = await Promise.all([migrate(target, DECLARED), migrate(target, DECLARED), migrate(target, DECLARED)]);
      expect(outcomes.map((outcome) => outcome.ran.length > 0).filter(Boolean)).toHaveLength(1);
      await expect(database.db.rows('SELECT FROM journal_entry')).resolves.toEqual([]);
    } finally {
      await database.close();
    }
  });
});
