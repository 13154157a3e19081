import type pg from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../../src/declared.js';
import { Fund } from '../../src/budget/index.js';
import { User } from '../../src/identity/users/user.entity.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

/*
 * Entities say what the migrations made. The schema builder compares tables, columns, keys, indexes and the names of checks; it would
 * write what is missing here or there.
 */

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** What TypeORM would do to the database to make it what the entities say. */
async function drift(): Promise<string[]> {
  const source = new DataSource(
    dataSourceOptions({ url: database.ownerUrl, size: 1, applicationName: 'fund-ledger-test-drift', entities: ENTITIES }),
  );
  await source.initialize();
  try {
    return (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
  } finally {
    await source.destroy();
  }
}

test('Entities and migrations say the same', async () => {
  expect(await drift()).toEqual([]);
});

test.each([
  ['a column that no entity has', 'ALTER TABLE session ADD COLUMN device text', 'ALTER TABLE session DROP COLUMN device'],
  [
    'a column that may be empty',
    'ALTER TABLE fund ALTER COLUMN name DROP NOT NULL',
    'ALTER TABLE fund ALTER COLUMN name SET NOT NULL',
  ],
  [
    'another default',
    'ALTER TABLE app_user ALTER COLUMN active SET DEFAULT false',
    'ALTER TABLE app_user ALTER COLUMN active SET DEFAULT true',
  ],
  [
    'another type',
    'ALTER TABLE finding ALTER COLUMN version TYPE bigint',
    'ALTER TABLE finding ALTER COLUMN version TYPE integer',
  ],
  [
    'a check that is gone',
    'ALTER TABLE fund RENAME CONSTRAINT fund_name_check TO other_check',
    'ALTER TABLE fund RENAME CONSTRAINT other_check TO fund_name_check',
  ],
  ['an index that is gone', 'ALTER INDEX finding_year RENAME TO other_index', 'ALTER INDEX other_index RENAME TO finding_year'],
])('%s is seen', async (_, change, back) => {
  await asOwner(database, (owner: pg.Client) => owner.query(change));
  expect(await drift()).not.toEqual([]);
  await asOwner(database, (owner: pg.Client) => owner.query(back));
  expect(await drift()).toEqual([]);
});

test('Money is bigint from the disk to the entity, and a version rises with each change', async () => {
  const { manager } = database.db;
  const fund = await manager.findOneByOrFail(Fund, { code: 'gz-ecommerce' });
  expect(fund.annualAmountFen).toBe(50_000_000_000n);
  expect(fund.createdAt).toBeInstanceOf(Date);
  const { id, version } = await manager.findOneByOrFail(User, { username: 'auditor' });
  await manager.update(User, id, { displayName: '示範' });
  expect(await manager.findOneByOrFail(User, { id })).toMatchObject({ displayName: '示範', version: version + 1 });
  // The hash of a password leaves the database only for sign-in.
  expect(await manager.findOneByOrFail(User, { id })).not.toHaveProperty('passwordHash');
});
