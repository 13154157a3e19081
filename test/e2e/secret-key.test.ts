import { setRule } from '../support/line-rule.js';
import { awardRequest } from '../support/award-request.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/logging/index.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { DECLARED } from '../../src/declared.js';
import { SECRET_KEY, startApp, testEnvironment, type Answer, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { spawnSource } from '../support/spawn-source.js';

/*
 * Persons are stored as digests under a secret. Were it another one, each would be a new person, and could be rewarded a second time
 * (§二(九)2). The database keeps the secret, sealed under SECRET_KEY: another key opens nothing, and the key can be changed.
 */

const ANOTHER_KEY = 'another key of the tests, known to everybody as well';
let database: TestDatabase;
let app: TestApp | null = null;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
});
afterEach(async () => {
  await app?.close();
  app = null;
});
afterAll(() => database.close());

/** The same person's reward of 2016, at another enterprise and for another project each time. */
function reward(): Record<string, unknown> {
  return awardRequest({
    line: 'talent',
    person: { name: '示例人才', identityNumber: '11010519491231002X' },
  });
}

async function reserve(key: string, idempotencyKey: string, body: unknown): Promise<Answer<{ code?: string }>> {
  app = await startApp({ url: database.url, environment: { SECRET_KEY: key } });
  const officer = await app.api('finance');
  const answer = await officer.post<{ code?: string }>('/awards', body, { key: idempotencyKey });
  await app.close();
  app = null;
  return answer;
}

async function start(key: string): Promise<NestFastifyApplication> {
  return createApplication(loadConfig(testEnvironment(database.url, { SECRET_KEY: key })), createLogger('silent'));
}

test('Another SECRET_KEY ends the start of every process and changes nothing; a changed one keeps persons and requests', async () => {
  await setRule(database.db, 'talent', () => ({ amount: { kind: 'discretionary' }, facts: [] }));
  app = await startApp({ url: database.url });
  await fundLine(app.app.get(Ledger), 'talent', yuan('1000.00'));
  await app.close();
  const first = reward();
  const reserved = await reserve(SECRET_KEY, 'the-first-request', first);
  expect(reserved).toMatchObject({ status: 201 });

  await expect(start(ANOTHER_KEY)).rejects.toThrow(
    /SECRET_KEY \(id [0-9a-f]{12}\) is not the one of this database \(id [0-9a-f]{12}\)/,
  );
  for (const [file, args] of [
    ['main.ts', []],
    ['worker.ts', []],
    ['cli.ts', ['migrate']],
  ] as const) {
    const environment = {
      ...testEnvironment(database.url, { SECRET_KEY: ANOTHER_KEY }),
      DATABASE_MIGRATION_URL: database.ownerUrl,
    };
    const run = spawnSource(file, args, environment);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('is not the one of this database');
    expect(run.output()).not.toContain('    at ');
  }

  const rotate = (present: string, next: string) =>
    spawnSource('cli.ts', ['rotate-key'], {
      ...testEnvironment(database.url, { SECRET_KEY: present }),
      DATABASE_MIGRATION_URL: database.ownerUrl,
      NEW_SECRET_KEY: next,
    });
  const wrong = rotate(ANOTHER_KEY, 'x'.repeat(40));
  expect([await wrong.ended, wrong.output()]).toEqual([1, expect.stringContaining('is not the one of this database')]);
  const short = rotate(SECRET_KEY, 'short');
  expect([await short.ended, short.output()]).toEqual([1, 'NEW_SECRET_KEY must have at least 32 characters\n']);
  const right = rotate(SECRET_KEY, ANOTHER_KEY);
  expect([await right.ended, right.output()]).toEqual([
    0,
    expect.stringMatching(/^Sealed under the new key \(id [0-9a-f]{12}, was [0-9a-f]{12}\)/),
  ]);

  await expect(start(SECRET_KEY)).rejects.toThrow('is not the one of this database');
  // The same person is the same person, and the same request the same request.
  expect(await reserve(ANOTHER_KEY, 'the-second-request', reward())).toMatchObject({
    status: 409,
    body: { code: 'project-already-subsidised' },
  });
  const again = await reserve(ANOTHER_KEY, 'the-first-request', first);
  expect([again.status, again.headers.get('idempotent-replayed'), again.body]).toEqual([201, 'true', reserved.body]);
}, 120_000);

test('The run-time role can read the sealed secret, and not change it', async () => {
  await expect(database.db.rows('UPDATE sealed_secret SET sealed = NULL, key_id = NULL')).rejects.toThrow('permission denied');
  await expect(database.db.rows('DELETE FROM sealed_secret')).rejects.toThrow('permission denied');
});

test('A database from before goes on under the key that its digests were made with', async () => {
  const old = await testDatabase();
  try {
    await asOwner(old, (owner) => owner.query('UPDATE sealed_secret SET key_id = NULL, sealed = NULL'));
    const key = 'the only key of a database from before it was sealed';
    const target = { databaseUrl: old.url, databaseMigrationUrl: old.ownerUrl, secretKey: key };
    await migrate(target, DECLARED);
    await migrate(target, DECLARED);
    const before = await startApp({ url: old.url, environment: { SECRET_KEY: key } });
    const { Secrets } = await import('../../src/platform/secrets/secrets.js');
    expect(before.app.get(Secrets).secret).toBe(key);
    await before.close();
    await expect(migrate({ ...target, secretKey: ANOTHER_KEY }, DECLARED)).rejects.toThrow('is not the one of this database');
  } finally {
    await old.close();
  }
});
