import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { until } from './until.js';

/** Whether a test can start a PgBouncer of its own. */
export const PGBOUNCER_ON_PATH = spawnSync('pgbouncer', ['--version']).status === 0;

/** Starts a PgBouncer before the database of the URL. Answers its own URL and how to stop it. */
export async function startPgBouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction',
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const target = new URL(databaseUrl);
  const port = await freePort();
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-pgbouncer-'));
  const users = `"${target.username}" "${decodeURIComponent(target.password)}"\n`;
  const settings = [
    '[databases]',
    `* = host=${target.hostname} port=${target.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = plain',
    `auth_file = ${home}/users.txt`,
    `pool_mode = ${mode}`,
    'default_pool_size = 40',
    '',
  ].join('\n');
  await writeFile(join(home, 'users.txt'), users);
  await writeFile(join(home, 'pgbouncer.ini'), settings);
  await chmod(home, 0o755);
  const isRoot = process.getuid?.() === 0;
  // It refuses to run as root.
  if (isRoot) for (const file of ['', 'users.txt', 'pgbouncer.ini']) await chown(join(home, file), 65_534, 65_534);
  const server = spawn('pgbouncer', ['-q', join(home, 'pgbouncer.ini')], {
    stdio: 'ignore',
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const close = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.kill('SIGKILL');
    await ended;
    await rm(home, { recursive: true, force: true });
  };
  await until('PgBouncer answers', async () => {
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  });
  return { url: url.href, close };
}
