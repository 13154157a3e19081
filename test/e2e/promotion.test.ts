import { awardRequest } from '../support/award-request.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DECLARED, ENTITIES } from '../../src/declared.js';
import { seedPolicy } from '../../src/budget/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { locateBinaries, postgresUser } from '../../src/platform/embedded/binaries.js';
import {
  freePort,
  initialise,
  startPostmaster,
  stopPostmaster,
  SUPERUSER,
  urlOf,
  type Cluster,
} from '../../src/platform/embedded/cluster.js';
import { ensureDatabase, ensureRoles, OWNER_ROLE, RUN_TIME_ROLE } from '../../src/platform/embedded/roles.js';
import { SECRET_KEY, startApp, testEnvironment, type Api, type TestApp } from '../support/app.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, yuan } from '../support/ledger.js';
import { spawnSource } from '../support/spawn-source.js';
import { until } from '../support/until.js';

/*
 * Two PostgreSQL servers, the second a synchronous standby of the first. The first is killed under load and the second promoted: with a
 * URL that names both, writing goes on, and nothing that was answered is lost or there twice.
 */

const NAME = 'promotion';
const CLIENTS = 8;
const password = randomBytes(12).toString('hex');
let home: string;
let primary: Cluster;
let standby: Cluster;
let ports: [number, number];
let app: TestApp | null = null;

const bothUrl = (user: string): string =>
  urlOf(0, user, password, NAME).replace('127.0.0.1:0', `127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}`) +
  '?target_session_attrs=read-write';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'fund-ledger-promotion-'));
  await chmod(home, 0o755);
  ports = [await freePort(), await freePort()];
  const user = postgresUser();
  const shared = { binaries: await locateBinaries(user), user, superuserPassword: password };
  const settings = { fsync: 'off', full_page_writes: 'off' };
  primary = { ...shared, directory: join(home, 'one'), logFile: join(home, 'one.log'), settings };
  await initialise(primary, ['--no-sync']);
  await startPostmaster(primary, ports[0]);
  const admin = new pg.Client({ connectionString: urlOf(ports[0], SUPERUSER, password, 'postgres') });
  await admin.connect();
  await ensureRoles(admin, { owner: password, runTime: password });
  await ensureDatabase(admin, NAME);
  await admin.end();
  const url = urlOf(ports[0], RUN_TIME_ROLE, password, NAME);
  await migrate(
    { databaseUrl: url, databaseMigrationUrl: urlOf(ports[0], OWNER_ROLE, password, NAME), secretKey: SECRET_KEY },
    DECLARED,
  );
  const db = new Database(await openDataSource({ url, size: 2, applicationName: 'fund-ledger-test', entities: ENTITIES }));
  await seedPolicy(db);
  await seedDemonstrationUsers(db);
  await db.dataSource.destroy();
  await stopPostmaster(primary);
  // A copy of a stopped server is its standby when it is told whom to follow.
  await cp(primary.directory, join(home, 'two'), { recursive: true, preserveTimestamps: true });
  const follow = `host=127.0.0.1 port=${ports[0]} user=${SUPERUSER} password=${password} application_name=second`;
  standby = {
    ...shared,
    directory: join(home, 'two'),
    logFile: join(home, 'two.log'),
    settings: { ...settings, primary_conninfo: follow },
  };
  await writeFile(join(standby.directory, 'standby.signal'), '');
  if (user !== null) await owned(standby.directory, user);
  primary = { ...primary, settings: { ...settings, synchronous_standby_names: 'second' } };
  await startPostmaster(standby, ports[1]).catch(() => undefined);
  await startPostmaster(primary, ports[0]);
}, 60_000);
afterAll(async () => {
  await app?.close();
  for (const cluster of [primary, standby]) await stopPostmaster(cluster, 'immediate').catch(() => undefined);
  await rm(home, { recursive: true, force: true });
});

/** Copied as root, run as another. */
async function owned(directory: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const { readdir } = await import('node:fs/promises');
  await chown(directory, uid, gid);
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    await chown(join(entry.parentPath, entry.name), uid, gid);
  }
}

/** Answered awards by their key, and when each was answered. */
interface Told {
  readonly ids: Map<string, string>;
  readonly at: number[];
  readonly refused: Map<number, number>;
}

/** Each client reserves one award after another; what is not known to be done is sent again with its key. */
async function client(api: Api, told: Told, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const [key, body] = [randomUUID(), awardRequest()];
    for (;;) {
      const answer = await api.post<{ id: string }>('/awards', body, { key }).catch(() => null);
      if (answer?.status === 201) {
        told.ids.set(key, answer.body.id);
        told.at.push(performance.now());
        break;
      }
      told.refused.set(answer?.status ?? 0, (told.refused.get(answer?.status ?? 0) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('After the promotion of a synchronous standby writing goes on, and nothing answered is lost or doubled', async () => {
  app = await startApp({ url: bothUrl(RUN_TIME_ROLE), worker: true });
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('100000.00'));
  const finance = await app.api('finance');
  const told: Told = { ids: new Map(), at: [], refused: new Map() };
  let isOver = false;
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(finance, told, () => isOver)));
  await until('a hundred are answered', () => told.ids.size >= 100);

  await stopPostmaster(primary, 'immediate');
  const killed = performance.now();
  const second = new pg.Client({ connectionString: urlOf(ports[1], SUPERUSER, password, NAME) });
  await second.connect();
  await second.query('SELECT pg_promote()');
  await second.end();
  const before = told.ids.size;
  await until('a hundred more are answered', () => told.ids.size >= before + 100, 30_000);
  isOver = true;
  await clients;
  const first = told.at.find((at) => at > killed + 1) ?? NaN;
  process.stdout.write(
    `Promotion: ${told.ids.size} answered; the first after the kill ${Math.round(first - killed)} ms later; refused meanwhile: ${JSON.stringify([...told.refused])}\n`,
  );

  const db = app.app.get(Database);
  const stored = (await db.rows<{ id: string }>('SELECT id FROM award')).map(({ id }) => id);
  expect(stored.sort()).toEqual([...told.ids.values()].sort());
  expect(await brokenInvariants(db)).toEqual({});
  expect((await fetch(`${app.baseUrl}/health/ready`)).status).toBe(200);
  // Jobs go on as well, and so do commands.
  await until(
    'the year is reconciled after its last write',
    async () => (await db.rows('SELECT FROM outbox')).length === 0,
    30_000,
  );
  const command = spawnSource('cli.ts', ['position', 'gz-ecommerce', '2016', '--json'], testEnvironment(bothUrl(RUN_TIME_ROLE)));
  expect(await command.ended).toBe(0);
  expect(JSON.parse(command.output())).toMatchObject({ reserved: `${stored.length}.00` });
}, 120_000);
