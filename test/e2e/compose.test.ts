import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { parse } from 'yaml';
import { loadConfig } from '../../src/platform/config/index.js';
import { SETTINGS } from '../../src/platform/config/settings.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { REDIS_ON_PATH } from '../support/queue-backends.js';

const ROOT = join(import.meta.dirname, '../..');
const COMPOSE = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
const DOCKERFILE = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const PASSWORD = 'letters0and9digits';
const run = promisify(execFile);

/** What the tests look at, as Docker Compose reads it. */
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

interface Service {
  readonly image: string;
  readonly build?: { readonly args: Readonly<Record<string, string>> };
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
}

const SERVICES = Object.entries(COMPOSE.services);

function service(name: string): Service {
  const found = COMPOSE.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

describe('docker-compose.yml', () => {
  it('gives the product settings that it has', () => {
    const known: readonly string[] = Object.values(SETTINGS).map(({ variable }) => variable);
    for (const name of ['migrate', 'api', 'worker']) {
      const given = Object.keys(service(name).environment ?? {});
      expect(given).toEqual(expect.arrayContaining(['NODE_ENV', 'TRUST_PROXY']));
      expect(given.filter((variable) => !known.includes(variable))).toEqual([]);
    }
  });

  it('names images by variables, so that they can be pinned, and starts without any', () => {
    const images = Object.fromEntries(SERVICES.map(([name, { image }]) => [name, image]));
    expect(images).toEqual({
      'wal-archive': '${POSTGRES_IMAGE:-postgres:18-bookworm}',
      postgres: '${POSTGRES_IMAGE:-postgres:18-bookworm}',
      redis: '${REDIS_IMAGE:-redis:7-bookworm}',
      migrate: 'fund-ledger:local',
      api: 'fund-ledger:local',
      worker: 'fund-ledger:local',
    });
    expect(service('api').build?.args).toEqual({ NODE_IMAGE: '${NODE_IMAGE:-node:24-bookworm-slim}' });
    expect(DOCKERFILE).toContain('ARG NODE_IMAGE=node:24-bookworm-slim\n');
  });

  it.each(SERVICES)('lets %s write nothing but its volumes, and gain no rights', (name, found) => {
    expect(found).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(found.cap_add ?? []).toEqual(name === 'wal-archive' ? ['CHOWN'] : []);
    if (['postgres', 'redis'].includes(name)) expect(found.user).toBe(name);
  });

  it('gives PostgreSQL and Redis memory to write to where their directories are read-only', () => {
    expect(service('postgres').tmpfs).toEqual(['/tmp', '/run/postgresql']);
    expect(service('redis').tmpfs).toEqual(['/tmp']);
  });

  it('keeps everything but the API inside, and the API on the loopback of the host', () => {
    expect(COMPOSE.networks['inside']).toEqual({ internal: true });
    const outside = SERVICES.filter(([, { networks = [], ports = [] }]) => networks.includes('outside') || ports.length > 0);
    expect(outside.map(([name]) => name)).toEqual(['api']);
    expect(service('api').ports).toEqual(['127.0.0.1:${API_PORT:-3000}:3000']);
  });

  it('has an archive of the write-ahead log, in a volume of its own that PostgreSQL may write to', () => {
    const { command = [], volumes = [], depends_on: first } = service('postgres');
    const settings = command.filter((_, place) => command[place - 1] === '-c');
    expect(settings).toEqual(
      expect.arrayContaining([
        'archive_mode=on',
        'archive_command=sh /usr/local/lib/fund-ledger/archive-wal.sh "%p" /archive/%f',
        'archive_timeout=60s',
      ]),
    );
    expect(volumes).toEqual(
      expect.arrayContaining([
        'wal-archive:/archive',
        './deploy/postgresql/archive-wal.sh:/usr/local/lib/fund-ledger/archive-wal.sh:ro',
      ]),
    );
    expect(Object.keys(COMPOSE.volumes)).toContain('wal-archive');
    expect(first).toEqual({ 'wal-archive': { condition: 'service_completed_successfully' } });
    expect(service('wal-archive')).toMatchObject({
      user: 'root',
      entrypoint: ['chown', 'postgres:postgres', '/archive'],
      volumes: ['wal-archive:/archive'],
    });
  });
});

describe('Secrets', () => {
  let directory: string;
  const make = (environment: Record<string, string> = {}) =>
    run('sh', [join(ROOT, 'docker/make-secrets.sh'), directory], { env: { PATH: process.env['PATH'], ...environment } });
  const entrypoint = (command: readonly string[], environment: Record<string, string> = {}) =>
    run('sh', [join(ROOT, 'docker/with-secrets.sh'), ...command], {
      env: { PATH: process.env['PATH'], SECRETS_DIRECTORY: directory, ...environment },
    });

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'fund-ledger-secrets-')), 'secrets');
  });

  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  it('are files, and none is an environment variable of the compose file', () => {
    for (const [, { environment = {} }] of SERVICES) {
      const telling = Object.keys(environment).filter((name) => /PASSWORD|SECRET|TOKEN|_URL/.test(name));
      expect(telling.filter((name) => !name.endsWith('_FILE'))).toEqual([]);
    }
    expect(Object.entries(COMPOSE.secrets).filter(([name, { file }]) => file !== `./secrets/${name}`)).toEqual([]);
    expect(service('postgres').environment).toMatchObject({ POSTGRES_PASSWORD_FILE: '/run/secrets/postgres_password' });
  });

  it('reach those alone who need them: the owner’s URL is for the migration', () => {
    expect(Object.fromEntries(SERVICES.map(([name, { secrets = [] }]) => [name, secrets]))).toEqual({
      'wal-archive': [],
      postgres: ['postgres_password', 'fund_owner_password', 'fund_app_password'],
      redis: ['redis_password'],
      migrate: ['database_url', 'database_migration_url', 'redis_url', 'secret_key'],
      api: ['database_url', 'redis_url', 'secret_key', 'metrics_token'],
      worker: ['database_url', 'redis_url', 'secret_key'],
    });
  });

  it('are made once: all that the compose file names, behind a directory that is its owner’s alone', async () => {
    await make();
    expect((await readdir(directory)).sort()).toEqual(Object.keys(COMPOSE.secrets).sort());
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(directory)) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o444);
    await expect(make()).rejects.toMatchObject({ code: 1 });
  });

  it('keep what is given, and take no password that would break a URL', async () => {
    await expect(make({ FUND_APP_PASSWORD: 'p@ss/word' })).rejects.toMatchObject({
      stderr: expect.stringContaining('letters') as string,
    });
    await make({ FUND_APP_PASSWORD: PASSWORD, SECRET_KEY: 'kept' });
    expect(await readFile(join(directory, 'database_url'), 'utf8')).toBe(
      `postgresql://fund_app:${PASSWORD}@postgres:5432/fund_ledger\n`,
    );
    expect(await readFile(join(directory, 'secret_key'), 'utf8')).toBe('kept\n');
  });

  it('become the variables of a configuration that the product takes', async () => {
    await make();
    const print = 'console.log(JSON.stringify([process.pid, process.env]))';
    const started = entrypoint([process.execPath, '-e', print]);
    const [pid, environment] = JSON.parse((await started).stdout) as [number, Record<string, string>];
    // The command has taken the shell's place: SIGTERM reaches it.
    expect(pid).toBe(started.child.pid);
    const config = loadConfig({ ...environment, NODE_ENV: 'production' });
    const read = async (name: string) => (await readFile(join(directory, name), 'utf8')).trim();
    expect(config).toMatchObject({
      databaseUrl: await read('database_url'),
      databaseMigrationUrl: await read('database_migration_url'),
      redisUrl: await read('redis_url'),
      secretKey: await read('secret_key'),
      metricsToken: await read('metrics_token'),
    });
  });

  it('that are not mounted leave the environment as it is, and one that is given twice is refused', async () => {
    const given = { SECRET_KEY: 'of the environment' };
    expect((await entrypoint(['printenv', 'SECRET_KEY'], given)).stdout).toBe('of the environment\n');
    await make();
    await expect(entrypoint(['true'], given)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Both SECRET_KEY and') as string,
    });
  });
});

describe('The health of the API', () => {
  const checks: readonly (readonly [string, () => readonly string[]])[] = [
    ['docker-compose.yml', () => (service('api').healthcheck?.test ?? []).slice(1)],
    ['the Dockerfile', () => JSON.parse(/^HEALTHCHECK[^]*?CMD (\[.*\])$/m.exec(DOCKERFILE)?.[1] ?? '[]') as string[]],
  ];

  it.each(checks)('is that it lives, not that its database is there: %s', async (_, commandOf) => {
    const command = commandOf();
    const server = await answering({ '/health/live': 200, '/health/ready': 503 });
    const dead = await answering({ '/health/live': 500, '/health/ready': 200 });
    try {
      await expect(check(command, portOf(server))).resolves.toMatchObject({ stderr: '' });
      await expect(check(command, portOf(dead))).rejects.toMatchObject({ code: 1 });
    } finally {
      server.close();
      dead.close();
    }
    await expect(check(command, await freePort())).rejects.toMatchObject({ code: 1 });
  });

  it('is looked at through the image’s entrypoint, which hands secrets over', () => {
    expect(DOCKERFILE).toContain('COPY docker/with-secrets.sh ./docker/');
    expect(DOCKERFILE).toContain('ENTRYPOINT ["/bin/sh", "/app/docker/with-secrets.sh"]');
    expect(readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')).toContain('!docker/with-secrets.sh');
  });

  /** Runs the check against that port, as the container would against its own 3000. */
  function check(command: readonly string[], port: number): Promise<{ stderr: string }> {
    const [program = '', ...args] = command.map((word) => word.replace('127.0.0.1:3000', `127.0.0.1:${port}`));
    if (program !== 'node') throw new Error(`The check is no node: ${program}`);
    return run(process.execPath, args, { env: { PORT: String(port) } });
  }
});

if (REDIS_ON_PATH) {
  describe('Redis', () => {
    it('is the first process itself, so that SIGTERM reaches it, and shows its password to nobody', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'fund-ledger-compose-'));
      await writeFile(join(directory, 'redis_password'), `${PASSWORD}\n`);
      const port = await freePort();
      const [shell = '', ...args] = (service('redis').command ?? []).map((word) =>
        word
          .replaceAll('$$', '$')
          .replaceAll('/run/secrets', directory)
          .replace('redis-server -', `redis-server - --bind 127.0.0.1 --port ${port} --dir ${directory}`),
      );
      const first = spawn(shell, args, { env: { PATH: process.env['PATH'] }, stdio: 'ignore' });
      const ended = once(first, 'exit');
      try {
        const { info, password } = await askRedis(port);
        expect(info).toContain(`process_id:${first.pid}\r`);
        expect(password).toBe(PASSWORD);
        expect(await commandLine(first.pid)).not.toContain(PASSWORD);
        const [, check = ''] = service('redis').healthcheck?.test ?? [];
        const asked = check
          .replaceAll('$$', '$')
          .replaceAll('/run/secrets', directory)
          .replace('redis-cli', `redis-cli -p ${port}`);
        await run('sh', ['-c', asked]);
        first.kill('SIGTERM');
        expect(await ended).toEqual([0, null]);
      } finally {
        first.kill('SIGKILL');
        await rm(directory, { recursive: true, force: true });
      }
    });
  });
}

/** A server that answers these paths with these statuses. */
async function answering(statuses: Readonly<Record<string, number>>): Promise<Server> {
  const server = createServer((request, response) => response.writeHead(statuses[request.url ?? ''] ?? 404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
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
