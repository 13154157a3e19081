import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedPolicy } from '../src/budget/index.js';
import { seedDemonstrationUsers } from '../src/identity/index.js';
import { Database } from '../src/platform/database/database.js';
import { openDataSource } from '../src/platform/database/data-source.js';
import { migrate } from '../src/platform/database/migrate.js';
import { EmbeddedPostgres } from '../src/platform/embedded/index.js';

/** A PostgreSQL of its own for one run of the benchmarks: as `npm start` has it, with default durability. */
export interface BenchDatabase {
  /** As the run-time role, as the product connects. */
  readonly url: string;
  readonly ownerUrl: string;
  readonly db: Database;
  stop(): Promise<void>;
}

/** Starts, migrates and seeds it. */
export async function startDatabase(): Promise<BenchDatabase> {
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-bench-'));
  const embedded = await EmbeddedPostgres.start(home, (message) => process.stderr.write(`${message}\n`));
  const { databaseUrl, databaseMigrationUrl } = embedded.urls;
  await migrate({ databaseUrl, databaseMigrationUrl });
  const dataSource = await openDataSource({ url: databaseUrl, size: 8, applicationName: 'fund-ledger-bench' });
  const db = new Database(dataSource);
  await seedPolicy(db);
  await seedDemonstrationUsers(db);
  return {
    url: databaseUrl,
    ownerUrl: databaseMigrationUrl,
    db,
    stop: async () => {
      await dataSource.destroy();
      await embedded.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A built process of the product. */
export interface BenchProcess {
  readonly child: ChildProcess;
  /** Peak resident memory, MiB; null where the system doesn't tell. */
  peakMemoryMb(): number | null;
  stop(): Promise<void>;
}

/** Starts `dist/src/<file>` as in production and waits until it says so. BENCH_PROFILE=<folder> keeps a CPU profile of it. */
export async function startProcess(file: 'main.js' | 'worker.js', databaseUrl: string, port: number): Promise<BenchProcess> {
  const directory = process.env['BENCH_PROFILE'];
  const flags = directory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
  const child = spawn(process.execPath, [...flags, join('dist/src', file)], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      SECRET_KEY: 'a secret of the benchmarks, known to everybody',
      HOST: '127.0.0.1',
      PORT: String(port),
      ...(process.env['REDIS_URL'] === undefined ? {} : { REDIS_URL: process.env['REDIS_URL'] }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
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
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
