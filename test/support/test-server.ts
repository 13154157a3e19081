import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { seedPolicy } from '../../src/budget/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { DECLARED, ENTITIES } from '../../src/declared.js';
import { locateBinaries, postgresUser } from '../../src/platform/embedded/binaries.js';
import {
  type Cluster,
  initialise,
  startPostmaster,
  stopPostmaster,
  SUPERUSER,
  urlOf,
} from '../../src/platform/embedded/cluster.js';
import { ensureDatabase, ensureRoles, OWNER_ROLE, RUN_TIME_ROLE } from '../../src/platform/embedded/roles.js';
import { SERVER_VARIABLE, type TestServer } from './database.js';
import { SECRET_KEY } from './app.js';

const PREFIX = 'fund-ledger-test-';
let cluster: Cluster | null = null;
let template: { adminUrl: string; name: string } | null = null;

/** Starts an embedded PostgreSQL for this run (or uses DATABASE_URL, a superuser's) and makes the template database. */
export async function startTestServer(): Promise<void> {
  const given = process.env['DATABASE_URL'];
  const adminUrl = given === undefined || given === '' ? await startEmbedded() : given;
  const name = `fund_ledger_template_${randomBytes(4).toString('hex')}`;
  template = { adminUrl, name };
  const password = given === undefined || given === '' ? randomBytes(12).toString('hex') : 'fund-ledger-test';
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await ensureRoles(admin, { owner: password, runTime: password });
  await ensureDatabase(admin, name);
  await admin.end();

  const server: TestServer = {
    adminUrl,
    template: name,
    ownerUrl: withUser(adminUrl, OWNER_ROLE, password, name),
    runTimeUrl: withUser(adminUrl, RUN_TIME_ROLE, password, name),
  };
  await migrate({ databaseUrl: server.runTimeUrl, databaseMigrationUrl: server.ownerUrl, secretKey: SECRET_KEY }, DECLARED);
  await seed(server.runTimeUrl);
  process.env[SERVER_VARIABLE] = JSON.stringify(server);
}

/** Stops what `startTestServer` started and removes what it made. */
export async function stopTestServer(): Promise<void> {
  if (cluster !== null) {
    await stopPostmaster(cluster, 'immediate');
    await rm(join(cluster.directory, '..'), { recursive: true, force: true });
  } else if (template !== null) {
    const admin = new pg.Client({ connectionString: template.adminUrl });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(template.name)} WITH (FORCE)`);
    await admin.end();
  }
}

/** The policy's fund, lines and years, and the demonstration's users (each with its name as the password). */
async function seed(url: string): Promise<void> {
  const dataSource = await openDataSource({ url, size: 2, applicationName: 'fund-ledger-test-seed', entities: ENTITIES });
  try {
    const db = new Database(dataSource);
    await seedPolicy(db);
    await seedDemonstrationUsers(db);
  } finally {
    await dataSource.destroy();
  }
}

async function startEmbedded(): Promise<string> {
  const user = postgresUser();
  const binaries = await locateBinaries(user);
  await removeLeftovers(binaries, user);
  const home = await mkdtemp(join(tmpdir(), PREFIX));
  await chmod(home, 0o755);
  await writeFile(join(home, 'owner.pid'), String(process.pid));
  cluster = {
    directory: join(home, 'postgres'),
    binaries,
    user,
    superuserPassword: randomBytes(12).toString('hex'),
    logFile: join(home, 'postgres.log'),
    // Processes are killed in tests, the machine is not: nothing that was answered can be lost without fsync.
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_connections: '300' },
  };
  await initialise(cluster, ['--no-sync']);
  const { port } = await startPostmaster(cluster);
  return urlOf(port, SUPERUSER, cluster.superuserPassword, 'postgres');
}

/** A run that was killed leaves its PostgreSQL behind. */
async function removeLeftovers(binaries: Cluster['binaries'], user: Cluster['user']): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const home = join(tmpdir(), name);
    const owner = Number(await readFile(join(home, 'owner.pid'), 'utf8').catch(() => 'NaN'));
    if (!Number.isInteger(owner) || isAlive(owner)) continue;
    const left = {
      directory: join(home, 'postgres'),
      binaries,
      user,
      superuserPassword: '',
      logFile: join(home, 'postgres.log'),
      settings: {},
    };
    await stopPostmaster(left, 'immediate').catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function withUser(url: string, user: string, password: string, database: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  changed.pathname = `/${database}`;
  return changed.href;
}
