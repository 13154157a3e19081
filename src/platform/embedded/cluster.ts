import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { errorCode } from '../error-code.js';
import { processState } from '../process-state.js';
import type { OsUser, PostgresBinaries } from './binaries.js';

const run = promisify(execFile);

/** The cluster's superuser. */
export const SUPERUSER = 'postgres';

/** One PostgreSQL data directory and how it is run. */
export interface Cluster {
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly user: OsUser | null;
  readonly superuserPassword: string;
  readonly logFile: string;
  /** Settings beside PostgreSQL's defaults. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A postmaster that answers. */
export interface RunningPostmaster {
  readonly pid: number;
  readonly port: number;
}

/** Most milliseconds that a start may take; crash recovery of a large log is part of it. */
const START_TIMEOUT_MS = 300_000;
/** Most seconds that PostgreSQL gets for a fast shutdown. */
const STOP_TIMEOUT_S = 60;
const MAX_LOG_BYTES = 16 * 1024 * 1024;
const STARTING_UP = '57P03';

/** Makes the data directory unless it is there. Complete or not at all: made under another name, then renamed. Rejects when aborted. */
export async function initialise(cluster: Cluster, flags: readonly string[] = [], signal?: AbortSignal): Promise<void> {
  if (existsSync(join(cluster.directory, 'PG_VERSION'))) return;
  const making = `${cluster.directory}.new-${process.pid}`;
  await removeUnfinished(cluster);
  const secret = await mkdtemp(join(tmpdir(), 'fund-ledger-initdb-'));
  const passwordFile = join(secret, 'password');
  try {
    await rm(making, { recursive: true, force: true });
    await mkdir(making, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, cluster.superuserPassword, { mode: 0o600 });
    if (cluster.user !== null) {
      for (const path of [making, secret, passwordFile]) await chown(path, cluster.user.uid, cluster.user.gid);
    }
    await run(
      cluster.binaries.initdb,
      [
        `--pgdata=${making}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...flags,
      ],
      { ...asUser(cluster, making), ...(signal === undefined ? {} : { signal }) },
    );
    await rename(making, cluster.directory).catch(async (error: unknown) => {
      // Another start was faster: its directory is as good.
      if (!existsSync(join(cluster.directory, 'PG_VERSION'))) throw error;
    });
  } finally {
    await rm(secret, { recursive: true, force: true });
    await rm(making, { recursive: true, force: true });
  }
}

/** A start that was killed while it made the directory leaves it half made. */
async function removeUnfinished({ directory }: Cluster): Promise<void> {
  const prefix = `${basename(directory)}.new-`;
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}

/** The postmaster of this directory that runs already, if one does (a killed start leaves it behind). */
export async function findRunning(cluster: Cluster): Promise<RunningPostmaster | null> {
  const found = await readPidFile(cluster);
  if (found === null) return null;
  if (!isPostgres(found.pid)) {
    // The computer went down, or another program has the number by now: PostgreSQL would refuse to start because of it.
    await rm(join(cluster.directory, 'postmaster.pid'), { force: true });
    return null;
  }
  await untilReady(cluster, found.port, () => isPostgres(found.pid));
  return isPostgres(found.pid) ? found : null;
}

/** Starts a postmaster in a process group of its own, so that Ctrl-C reaches us and not it. Loopback only. */
export async function startPostmaster(cluster: Cluster, wantedPort?: number): Promise<RunningPostmaster> {
  const port = wantedPort ?? (await freePort());
  await keepLogSmall(cluster.logFile);
  const log = openSync(cluster.logFile, 'a', 0o600);
  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...cluster.settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(cluster.binaries.postgres, ['-D', cluster.directory, '-p', String(port), ...settings], {
    ...asUser(cluster, cluster.directory),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  const end = watchEnd(child);
  await untilReady(cluster, port, () => end.reason === null);
  if (end.reason !== null || child.pid === undefined) {
    throw new Error(
      `PostgreSQL did not start: ${end.reason ?? 'no process'}; see ${cluster.logFile}\n${lastLines(cluster.logFile)}`,
    );
  }
  return { pid: child.pid, port };
}

/** Stops the postmaster: fast (sessions are ended, a checkpoint is written) or immediate (as if it had crashed). */
export async function stopPostmaster(cluster: Cluster, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  const pidFile = await readPidFile(cluster);
  if (pidFile === null || !isPostgres(pidFile.pid)) return;
  await run(
    cluster.binaries.pgCtl,
    ['stop', '-D', cluster.directory, '-m', mode, '-w', '-t', String(STOP_TIMEOUT_S)],
    asUser(cluster, cluster.directory),
  );
}

/** A connection string of this cluster. */
export function urlOf(port: number, user: string, password: string, database: string): string {
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** A free port of the loopback address. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('No free port'));
      });
    });
  });
}

/** How the process ended; null while it lives. */
function watchEnd(child: ChildProcess): { readonly reason: string | null } {
  const end: { reason: string | null } = { reason: null };
  child.once('error', (error) => (end.reason = error.message));
  child.once('exit', (code, signal) => (end.reason = `it ended with ${signal ?? `code ${code ?? '?'}`}`));
  return end;
}

async function untilReady(cluster: Cluster, port: number, alive: () => boolean): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (alive()) {
    const client = new pg.Client({
      connectionString: urlOf(port, SUPERUSER, cluster.superuserPassword, 'postgres'),
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      const theirs = rows[0]?.data_directory ?? '';
      if ((await realpath(theirs)) !== (await realpath(cluster.directory)))
        throw new Error(`Another PostgreSQL (${theirs}) listens on port ${port}`);
      return;
    } catch (error) {
      const code = errorCode(error);
      if (code !== STARTING_UP && code !== 'ECONNREFUSED' && code !== 'ECONNRESET') throw error;
      if (Date.now() > deadline)
        throw new Error(`PostgreSQL is not ready after ${START_TIMEOUT_MS / 1000} s; see ${cluster.logFile}`, { cause: error });
      await sleep(20);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function readPidFile(cluster: Cluster): Promise<RunningPostmaster | null> {
  const text = await readFile(join(cluster.directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 0 && Number.isInteger(port) && port > 0 ? { pid, port } : null;
}

/** Whether the process lives and, where the system tells, is a PostgreSQL. A zombie (ended, not yet waited for by its parent) doesn't live. */
function isPostgres(pid: number): boolean {
  return isAlive(pid) && (process.platform !== 'linux' || processState(pid)?.name.startsWith('postgres') === true);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function asUser(cluster: Cluster, cwd: string): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...(process.platform === 'win32' ? process.env : {}) };
  return cluster.user === null ? { cwd, env } : { cwd, env, uid: cluster.user.uid, gid: cluster.user.gid };
}

async function keepLogSmall(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.1`);
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
