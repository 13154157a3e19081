import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { SETTINGS } from '../../src/platform/config/settings.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { REDIS_ON_PATH } from '../support/queue-backends.js';

const COMPOSE = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
const PASSWORD = 'letters0and9digits';

describe('docker-compose.yml', () => {
  it('gives the product settings that it has', () => {
    const [, block = ''] = /^x-environment:.*\n((?: {2}.*\n)+)/m.exec(COMPOSE) ?? [];
    const given = [...block.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
    const known: readonly (string | undefined)[] = Object.values(SETTINGS).map(({ variable }) => variable);
    expect(given).toContain('TRUST_PROXY');
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  if (REDIS_ON_PATH) {
    it('runs Redis itself as the first process, so that SIGTERM reaches it, and shows its password to nobody', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'fund-ledger-compose-'));
      const port = await freePort();
      const script = redisScript().replace('redis-server -', `redis-server - --bind 127.0.0.1 --port ${port} --dir ${directory}`);
      const first = spawn('sh', ['-c', script], {
        env: { PATH: process.env['PATH'], REDIS_PASSWORD: PASSWORD },
        stdio: 'ignore',
      });
      const ended = once(first, 'exit');
      try {
        const { info, password } = await askRedis(port);
        expect(info).toContain(`process_id:${first.pid}\r`);
        expect(password).toBe(PASSWORD);
        expect(await commandLine(first.pid)).not.toContain(PASSWORD);
        first.kill('SIGTERM');
        expect(await ended).toEqual([0, null]);
      } finally {
        first.kill('SIGKILL');
        await rm(directory, { recursive: true, force: true });
      }
    });
  }
});

/** What Redis' shell is given, as Docker Compose reads it. */
function redisScript(): string {
  const [, block = ''] = /^ {6}- sh\n {6}- -c\n {6}- \|\n((?: {8}.*\n)+)/m.exec(COMPOSE) ?? [];
  return block.replace(/^ {8}/gm, '').replaceAll('$$', '$');
}

/** What the server says of itself and its password, to who knows it. */
async function askRedis(port: number): Promise<{ info: string; password: unknown }> {
  const client = new Redis({ port, password: PASSWORD, retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  client.on('error', () => undefined);
  try {
    const [, password] = (await client.config('GET', 'requirepass')) as unknown[];
    return { info: await client.info('server'), password };
  } finally {
    client.disconnect();
  }
}

/** As the list of processes shows it; empty where the system has no /proc. */
function commandLine(pid: number | undefined): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}
