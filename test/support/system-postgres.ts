import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type OsUser, postgresUser } from '../../src/platform/embedded/binaries.js';
import { freePort } from '../../src/platform/embedded/cluster.js';

const run = promisify(execFile);
const NEEDED = ['initdb', 'pg_ctl', 'pg_basebackup', 'pg_verifybackup', 'pg_dump', 'pg_restore', 'psql'];
const DEBIAN = '/usr/lib/postgresql';

/** Where a PostgreSQL of the system has its programs, clients and server alike; null where there is none. The embedded one has no clients. */
export const SYSTEM_POSTGRES = findPrograms();

function findPrograms(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((place) => place !== ''),
  ];
  return places.find((place) => NEEDED.every((name) => existsSync(join(place, name)))) ?? null;
}

/** A host of PostgreSQL, as an operator has it: a data directory, a port, and a directory for backups. */
export interface DatabaseHost {
  readonly user: OsUser | null;
  readonly port: number;
  readonly superuserPassword: string;
  readonly data: string;
  readonly backups: string;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Stops the server, however often it was moved or restored, and removes everything. */
  close(): Promise<void>;
}

/** A directory of the user that PostgreSQL runs as, which others may enter. */
export async function directoryOf(user: OsUser | null, prefix: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), prefix));
  await chmod(home, 0o755);
  if (user !== null) await chown(home, user.uid, user.gid);
  return home;
}

/** A host on which nothing runs yet. */
export async function prepareHost(programs: string): Promise<DatabaseHost & { readonly home: string }> {
  const user = postgresUser();
  const home = await directoryOf(user, 'fund-ledger-drill-');
  const backups = join(home, 'backups');
  await mkdir(backups, { mode: 0o700 });
  if (user !== null) await chown(backups, user.uid, user.gid);
  const data = join(home, 'data');
  const stop = async (mode = 'fast') => {
    await run(join(programs, 'pg_ctl'), ['stop', '-D', data, '-m', mode, '-w'], as(user, home));
  };
  return {
    user,
    home,
    port: await freePort(),
    superuserPassword: 'superuser0password',
    data,
    backups,
    stop,
    close: async () => {
      await stop('immediate').catch(() => undefined);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A host on which PostgreSQL runs, with the settings of a new cluster. */
export async function startHost(programs: string): Promise<DatabaseHost> {
  const host = await prepareHost(programs);
  const { user, home, data, port } = host;
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, host.superuserPassword);
  const flags = [
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ];
  await run(join(programs, 'initdb'), ['-D', data, ...flags, '--no-sync'], as(user, home));
  await rm(passwordFile);
  const settings = [`port = ${port}`, "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", 'max_connections = 200'];
  await appendFile(join(data, 'postgresql.conf'), `\n${settings.join('\n')}\n`);
  await run(join(programs, 'pg_ctl'), ['start', '-D', data, '-w', '-l', `${data}.log`], as(user, home));
  return host;
}

/** How a program is run as the user of PostgreSQL. */
export function as(user: OsUser | null, cwd: string): { cwd: string; uid?: number; gid?: number } {
  return user === null ? { cwd } : { cwd, uid: user.uid, gid: user.gid };
}
