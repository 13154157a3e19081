import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../src/platform/embedded/cluster.js';

/** Where the queue lives in a test. */
export interface QueueBackend {
  readonly name: 'PostgreSQL' | 'Redis';
  /** null on PostgreSQL. */
  readonly redisUrl: string | null;
  close(): Promise<void>;
}

const given = process.env['REDIS_URL'] ?? '';
/** Whether a test can start a Redis of its own. */
export const REDIS_ON_PATH = spawnSync('redis-server', ['--version']).status === 0;

/** PostgreSQL always; Redis when `REDIS_URL` is set or a `redis-server` is on the PATH. */
export const QUEUE_BACKENDS: readonly { readonly name: QueueBackend['name']; open(): Promise<QueueBackend> }[] = [
  { name: 'PostgreSQL', open: async () => ({ name: 'PostgreSQL', redisUrl: null, close: async () => undefined }) },
  ...(given === '' && !REDIS_ON_PATH ? [] : [{ name: 'Redis' as const, open: openRedis }]),
];

/** Loses everything that the Redis holds for this database; tests that run beside it keep theirs. */
export async function loseRedis(url: string, databaseUrl: string): Promise<void> {
  const client = new Redis(url);
  const keys = await client.keys(`fund-ledger:${new URL(databaseUrl).pathname.slice(1)}:*`);
  if (keys.length === 0) throw new Error('The Redis holds nothing that could be lost');
  await client.del(keys);
  client.disconnect();
}

async function openRedis(): Promise<QueueBackend> {
  if (given !== '') return { name: 'Redis', redisUrl: given, close: async () => undefined };
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'fund-ledger-redis-'));
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
    {
      stdio: 'ignore',
    },
  );
  const redisUrl = `redis://127.0.0.1:${port}`;
  const client = new Redis(redisUrl, { retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
  return {
    name: 'Redis',
    redisUrl,
    close: async () => {
      await ended(server);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function ended(server: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await exit;
}
