import { awardRequest } from '../test/support/award-request.js';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import pg from 'pg';
import { locateBinaries, postgresUser } from '../src/platform/embedded/binaries.js';
import {
  freePort,
  initialise,
  startPostmaster,
  stopPostmaster,
  SUPERUSER,
  urlOf,
  type Cluster,
} from '../src/platform/embedded/cluster.js';
import { ensureDatabase, ensureRoles, OWNER_ROLE, RUN_TIME_ROLE } from '../src/platform/embedded/roles.js';
import { SilentProxy } from '../test/support/silent-proxy.js';

/*
 * The product in production's shape on this machine: PostgreSQL, Redis, two API processes, two workers, 32 clients who send again what
 * they don't know to be done. Faults happen under load; what was answered is compared with what is stored.
 */

const CLIENTS = 32;
const PASSWORD = 'a password of the benchmarks';
const SECRET_KEY = 'a secret of the benchmarks, known to everybody';
const NAME = 'faults';
/** Milliseconds of load before a fault, and after it. */
const BEFORE_MS = 3_000;
const AFTER_MS = 12_000;

interface Service {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
}

/** What clients and the watcher of findings saw during one fault. */
interface Seen {
  answered: number;
  longestGapMs: number;
  refused: number;
  slowestFindingMs: number;
  findings: number;
}

/** Answered awards by their key, over all faults. */
const told = new Map<string, string>();

/** Runs every fault and prints the table. Answers whether nothing was lost or doubled. */
export async function showFaults(directory: string): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-faults-'));
  await chmod(home, 0o755);
  const password = randomBytes(12).toString('hex');
  const user = postgresUser();
  const cluster: Cluster = {
    directory: join(home, 'postgres'),
    binaries: await locateBinaries(user),
    user,
    superuserPassword: password,
    logFile: join(home, 'postgres.log'),
    settings: { max_connections: '200' },
  };
  const port = await freePort();
  await initialise(cluster);
  await startPostmaster(cluster, port);
  const url = (role: string): string => urlOf(port, role, password, NAME);
  const admin = new pg.Client({ connectionString: urlOf(port, SUPERUSER, password, 'postgres') });
  await admin.connect();
  await ensureRoles(admin, { owner: password, runTime: password });
  await ensureDatabase(admin, NAME);
  await admin.end();
  const proxy = new SilentProxy(new URL(url(RUN_TIME_ROLE)));
  const databaseUrl = await proxy.listen();
  const redisPort = await freePort();
  let redis = startRedis(redisPort, home);
  const environment = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    SECRET_KEY,
    LOG_LEVEL: 'error',
  };
  const service = (file: string, more: NodeJS.ProcessEnv = {}): Service => {
    const child = spawn(process.execPath, [`dist/src/${file}`], {
      cwd: directory,
      env: { ...environment, ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return { child, ended: new Promise((resolve) => child.once('close', resolve)) };
  };
  const command = async (args: readonly string[], input = ''): Promise<void> => {
    const env = { ...environment, DATABASE_URL: url(RUN_TIME_ROLE), DATABASE_MIGRATION_URL: url(OWNER_ROLE) };
    const child = spawn(process.execPath, ['dist/src/cli.js', ...args], {
      cwd: directory,
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(input);
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  };
  await command(['migrate']);
  await command(['seed']);
  await command(['user', 'add', 'finance', '--role', 'finance'], PASSWORD);
  const apiPorts = [await freePort(), await freePort()];
  const apis = apiPorts.map((at) => service('main.js', { PORT: String(at) }));
  const workers = [service('worker.js'), service('worker.js')];
  const bases = apiPorts.map((at) => `http://127.0.0.1:${at}`);
  for (const base of bases) await untilReady(base);
  const token = await signIn(bases[0] ?? '');
  await fund(bases[0] ?? '', token);

  const table = new Table({ head: ['fault', 'answered', 'sent again', 'longest gap', 'findings', 'slowest finding'] });
  const observe = async (name: string, fault: () => Promise<void>): Promise<void> => {
    const seen = await underLoad(bases, token, fault);
    table.push([
      name,
      seen.answered,
      seen.refused,
      `${(seen.longestGapMs / 1000).toFixed(1)} s`,
      seen.findings,
      `${(seen.slowestFindingMs / 1000).toFixed(1)} s`,
    ]);
    process.stderr.write(`${name}: ${JSON.stringify(seen)}\n`);
  };
  try {
    await observe('none', async () => undefined);
    await observe('an API process killed, started again', async () => {
      await killed(apis[0]);
      apis[0] = service('main.js', { PORT: String(apiPorts[0]) });
    });
    await observe('a worker killed, started again after 5 s', async () => {
      await killed(workers[0]);
      await sleep(5_000);
      workers[0] = service('worker.js');
    });
    await observe('an API process stopped for 5 s (SIGSTOP)', async () => {
      apis[0]?.child.kill('SIGSTOP');
      await sleep(5_000);
      apis[0]?.child.kill('SIGCONT');
    });
    await observe('Redis killed, empty after 3 s', async () => {
      await killed(redis);
      await sleep(3_000);
      redis = startRedis(redisPort, home);
    });
    await observe('PostgreSQL killed, started again', async () => {
      await stopPostmaster(cluster, 'immediate');
      await startPostmaster(cluster, port);
    });
    await observe('every connection to PostgreSQL half-open', async () => {
      proxy.silence();
    });
    const [lost, doubled] = await compare(url(RUN_TIME_ROLE));
    process.stdout.write(`${table.toString()}\n${told.size} answered in all: ${lost} lost, ${doubled} doubled\n`);
    return lost === 0 && doubled === 0;
  } finally {
    for (const one of [...apis, ...workers, redis]) await killed(one);
    proxy.close();
    await stopPostmaster(cluster, 'immediate').catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}

function startRedis(port: number, directory: string): Service {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  return { child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

async function killed(service: Service | undefined): Promise<void> {
  service?.child.kill('SIGKILL');
  await service?.ended;
}

async function untilReady(base: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${base}/health/ready`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(50);
  }
}

async function signIn(base: string): Promise<string> {
  const answer = await fetch(`${base}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'finance', password: PASSWORD }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

/** One request, which nobody waits for longer than a user would. */
async function post(
  base: string,
  token: string,
  path: string,
  key: string,
  body: unknown,
): Promise<{ status: number; id: string }> {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  const { id = '' } = (await answer.json()) as { id?: string };
  return { status: answer.status, id };
}

async function fund(base: string, token: string): Promise<void> {
  const path = '/funds/gz-ecommerce/years/2016/budget-entries';
  const entry = { reason: '示例', documentNo: '示例', amount: '400000000.00', effectiveOn: '2016-01-05' };
  await post(base, token, path, 'appropriation', { ...entry, kind: 'appropriation' });
  await post(base, token, path, 'allotment', { ...entry, kind: 'allotment', line: 'manufacturing-app' });
}

async function underLoad(bases: readonly string[], token: string, fault: () => Promise<void>): Promise<Seen> {
  const seen: Seen = { answered: 0, longestGapMs: 0, refused: 0, slowestFindingMs: 0, findings: 0 };
  let isOver = false;
  const hasEnded = (): boolean => isOver;
  let last = performance.now();
  const certainly = async (turn: number, body: unknown): Promise<string> => {
    const key = randomUUID();
    for (let attempt = turn; ; attempt += 1) {
      const answer = await post(bases[attempt % bases.length] ?? '', token, '/awards', key, body).catch(() => null);
      if (answer?.status === 201) {
        told.set(key, answer.id);
        return answer.id;
      }
      if (answer !== null && answer.status < 500) throw new Error(`An award was answered with ${answer.status}`);
      seen.refused += 1;
      await sleep(20);
    }
  };
  const client = async (turn: number): Promise<void> => {
    while (!isOver) {
      await certainly(turn, awardRequest());
      const now = performance.now();
      seen.answered += 1;
      seen.longestGapMs = Math.max(seen.longestGapMs, now - last);
      last = now;
    }
  };
  /** A duplicate every half second: how long until its finding is open. */
  const watcher = async (): Promise<void> => {
    while (!isOver) {
      const first = awardRequest();
      await certainly(0, first);
      const id = await certainly(0, { ...first, approvedOffline: true });
      const since = performance.now();
      while (!hasEnded() && !(await isFound(bases, token, id))) await sleep(100);
      seen.findings += 1;
      seen.slowestFindingMs = Math.max(seen.slowestFindingMs, performance.now() - since);
      await sleep(500);
    }
  };
  const all = Promise.all([watcher(), ...Array.from({ length: CLIENTS }, (_, turn) => client(turn))]);
  await sleep(BEFORE_MS);
  await fault();
  await sleep(AFTER_MS);
  isOver = true;
  await all;
  return seen;
}

async function isFound(bases: readonly string[], token: string, award: string): Promise<boolean> {
  for (const base of bases) {
    const answer = await fetch(`${base}/api/v1/findings?rule=one-subsidy&status=open&limit=20`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
    if (answer?.ok !== true) continue;
    const { items } = (await answer.json()) as { items: { awards: { id: string }[] }[] };
    return items.some(({ awards }) => awards.some(({ id }) => id === award));
  }
  return false;
}

/** What was answered and isn't stored, and what is stored without an answer that said so. */
async function compare(url: string): Promise<readonly [lost: number, doubled: number]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('SELECT id FROM award');
  await client.end();
  const stored = new Set(rows.map(({ id }) => id));
  const answered = new Set(told.values());
  return [[...answered].filter((id) => !stored.has(id)).length, [...stored].filter((id) => !answered.has(id)).length];
}
