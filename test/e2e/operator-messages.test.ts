import { connectionAdvice } from '../../src/platform/database/start-checks.js';
import { testEnvironment } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { spawnSource } from '../support/spawn-source.js';

/*
 * What an operator gets wrong on the first day is answered with what to do, and without a stack.
 */

let database: TestDatabase;
let empty: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  empty = await testDatabase();
  await asOwner(empty, (owner) =>
    owner.query(
      'DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO fund_app; DROP SCHEMA bullmq CASCADE',
    ),
  );
});
afterAll(async () => {
  await database.close();
  await empty.close();
});

async function run(file: string, args: readonly string[], url: string, more = {}): Promise<string> {
  const process = spawnSource(file, args, testEnvironment(url, more), 'a password of some length\n');
  expect(await process.ended).toBe(1);
  const output = process.output();
  expect(output).not.toMatch(/^ {4}at /m);
  return output;
}

const withPassword = (url: string, password: string): string => {
  const changed = new URL(url);
  return url.replace(`:${changed.password}@`, `:${password}@`);
};

test('migrate without the owner’s URL', async () => {
  expect(await run('cli.ts', ['migrate'], empty.url)).toMatch(
    /^The role fund_app may not make tables: set DATABASE_MIGRATION_URL/m,
  );
});

test.each([['seed'], ['user', 'list'], ['position', 'gz-ecommerce', '2016'], ['verify', 'gz-ecommerce']])(
  '%s %s before migrate',
  async (...args) => {
    expect(await run('cli.ts', args.filter(Boolean), empty.url)).toMatch(
      /^The database is not migrated .*npm run fund -- migrate/m,
    );
  },
);

test('a worker before migrate', async () => {
  expect(await run('worker.ts', [], empty.url)).toMatch(/^The database is not migrated .*npm run fund -- migrate/m);
});

test('a wrong password, one with a slash, and no such database', async () => {
  expect(await run('main.ts', [], withPassword(database.url, 'wrong'))).toMatch(/^The password of the role is not right.*%2F/m);
  expect(await run('main.ts', [], withPassword(database.url, 'a/b'))).toMatch(/DATABASE_URL must be a URL .*%2F.*%40/);
  const nowhere = new URL(database.url);
  nowhere.pathname = '/no_such_database';
  expect(await run('main.ts', [], nowhere.href)).toMatch(/^There is no such database/m);
});

test('a database that does not answer', async () => {
  const away = new URL(database.url);
  away.port = '1';
  expect(await run('cli.ts', ['seed'], away.href)).toMatch(/^PostgreSQL or Redis doesn't answer: .*ECONNREFUSED/m);
});

test('more connections than the server has to give', async () => {
  expect(await connectionAdvice(database.url, 1)).toBeNull();
  expect(await connectionAdvice(database.url, 100_000)).toMatch(
    /^This process may ask for 100000 connections; the server gives \d+, of which \d+ are taken: raise max_connections/,
  );
});
