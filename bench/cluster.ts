import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTITIES } from '../src/declared.js';
import pg from 'pg';
import { Database } from '../src/platform/database/database.js';
import { openDataSource } from '../src/platform/database/data-source.js';
import { EmbeddedPostgres } from '../src/platform/embedded/index.js';
import { ensureDatabase, ensureRoles, OWNER_ROLE, RUN_TIME_ROLE } from '../src/platform/embedded/roles.js';
import { endedOnce } from './interruption.js';

/** A PostgreSQL with default durability, as `npm start` has it. */
export interface BenchDatabase {
  /** As the run-time role, as the product connects. */
  readonly url: string;
  readonly ownerUrl: string;
  readonly db: Database;
  stop(): Promise<void>;
}

/** Starts the one of a directory, made there if the directory is empty. */
export async function startCluster(home: string): Promise<BenchDatabase> {
  const embedded = await EmbeddedPostgres.start(home, (message) => process.stderr.write(`${message}\n`));
  const stopPostgres = await endedOnce(() => embedded.stop());
  return connect(embedded.urls, stopPostgres);
}

/** A database of its own on a server that runs already, by a superuser's URL; it is dropped in the end. */
export async function openServer(adminUrl: string): Promise<BenchDatabase> {
  const name = `fund_ledger_bench_${process.pid}`;
  const password = randomBytes(12).toString('hex');
  const asAdmin = async (work: (admin: pg.Client) => Promise<unknown>): Promise<void> => {
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    await work(admin).finally(() => admin.end());
  };
  await asAdmin(async (admin) => {
    await ensureRoles(admin, { owner: password, runTime: password });
    await ensureDatabase(admin, name);
  });
  const urlOf = (role: string): string => {
    const url = new URL(adminUrl);
    [url.username, url.password, url.pathname] = [role, password, `/${name}`];
    return url.href;
  };
  const drop = await endedOnce(() => asAdmin((admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return connect({ databaseUrl: urlOf(RUN_TIME_ROLE), databaseMigrationUrl: urlOf(OWNER_ROLE) }, drop);
}

async function connect(
  { databaseUrl, databaseMigrationUrl }: { readonly databaseUrl: string; readonly databaseMigrationUrl: string },
  stopPostgres: () => Promise<void>,
): Promise<BenchDatabase> {
  const dataSource = await openDataSource({
    url: databaseUrl,
    size: 2,
    applicationName: 'fund-ledger-bench',
    entities: ENTITIES,
  });
  const disconnect = await endedOnce(() => dataSource.destroy());
  return {
    url: databaseUrl,
    ownerUrl: databaseMigrationUrl,
    db: new Database(dataSource),
    stop: async () => {
      await disconnect();
      await stopPostgres();
    },
  };
}

/** Migrates and seeds an empty one with a build's own commands: another build may have another schema. */
export async function prepareDatabase({ url, ownerUrl }: BenchDatabase, directory: string): Promise<void> {
  const command = async (args: readonly string[], input = ''): Promise<void> => {
    const env = { ...environment(url), DATABASE_MIGRATION_URL: ownerUrl };
    const child = spawn(process.execPath, ['dist/src/cli.js', ...args], {
      cwd: directory,
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(input);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  };
  await command(['migrate']);
  await command(['seed']);
  await withoutPolicy(ownerUrl);
  for (const [name, ...role] of USERS) await command(['user', 'add', name, ...role], PASSWORD);
}

/** The fund asks nobody else: what is measured is one person's, as it was before there was a policy of approvals. */
async function withoutPolicy(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ known: boolean }>(`SELECT to_regclass('approval_policy') IS NOT NULL AS known`);
    if (rows[0]?.known !== true) return;
    for (const table of ['approval_rule', 'approval_policy']) {
      await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      await owner.query(`DELETE FROM ${table}`);
      await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    }
  } finally {
    await owner.end();
  }
}

/** The password of the benchmarks' users. */
export const PASSWORD = 'a password of the benchmarks';
const USERS = [
  ['finance', '--role', 'finance'],
  ['officer', '--role', 'officer', '--agency', '市經貿委'],
] as const;

function environment(databaseUrl: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    DATABASE_URL: databaseUrl,
    SECRET_KEY: 'a secret of the benchmarks, known to everybody',
    ...(process.env['REDIS_URL'] === undefined ? {} : { REDIS_URL: process.env['REDIS_URL'] }),
  };
}

/** A built process of the product. */
export interface BenchProcess {
  readonly child: ChildProcess;
  /** Peak resident memory, MiB; null where the system doesn't tell. */
  peakMemoryMb(): number | null;
  stop(): Promise<void>;
}

/** Starts a build's `dist/src/<file>` as in production and waits until it says so. BENCH_PROFILE=<folder> keeps a CPU profile of it. */
export async function startProcess(
  directory: string,
  file: 'main.js' | 'worker.js',
  databaseUrl: string,
  port: number,
): Promise<BenchProcess> {
  const profiles = process.env['BENCH_PROFILE'];
  const flags = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  const child = spawn(process.execPath, [...flags, join('dist/src', file)], {
    cwd: directory,
    env: { ...environment(databaseUrl), HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = await endedOnce(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const { stdout } = child;
  await new Promise<void>((resolve, reject) => {
    stdout.on('data', (chunk: Buffer) => {
      if (/listening|working/.test(chunk.toString())) resolve();
    });
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
  return {
    child,
    peakMemoryMb: () => {
      try {
        const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
        return kib === undefined ? null : Math.round(Number(kib) / 1024);
      } catch {
        return null;
      }
    },
    stop,
  };
}
