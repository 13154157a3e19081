import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import type { AttackData, AttackSums } from './attacker.js';
import { buildCommit, type Build } from './builds.js';
import { PASSWORD, prepareDatabase, startCluster } from './cluster.js';
import { fundLine, postBatches, withService, type Service } from './figures.js';
import { endedOnce } from './interruption.js';
import { AwardBodies } from './load.js';
import { quantile } from './statistics.js';

/** How long each phase lasts, milliseconds. */
const PHASE_MS = 15_000;
/** Batches of a thousand awards that the ledger tells of. */
const BATCHES = 20;
/** Awards with as many facts as they may have: the newest, which the lists show. */
const FAT = 200;
const REPORTS = 100;
const LISTS = 40;

/** What everybody else does meanwhile: how many at once, and the rest after each, milliseconds. */
const PROBES = {
  'GET /health/live': { atOnce: 1, restMs: 10 },
  'GET /auth/me': { atOnce: 1, restMs: 10 },
  'POST /auth/login': { atOnce: 1, restMs: 200 },
  'POST /awards': { atOnce: 4, restMs: 5 },
} as const;
type Probe = keyof typeof PROBES;
const NAMES = Object.keys(PROBES) as Probe[];

/** 99th percentiles, milliseconds, and what the attackers came to. */
interface Phase {
  readonly p99: Readonly<Record<Probe, number>>;
  readonly served: number;
  readonly sentAway: number;
}

type Attack = (service: Service) => Promise<AttackSums>;

/** Shows what a hundred reports, and forty lists of fat awards, do to everybody else: of this build, and of another where one is given. */
export async function showStarvation(directory: string, against: string | undefined): Promise<boolean> {
  const old = against === undefined ? null : await buildCommit(against);
  const builds: readonly Pick<Build, 'name' | 'directory'>[] = [
    ...(old === null ? [] : [old]),
    { name: 'this build', directory },
  ];
  const table = new Table({ head: ['build', 'phase', ...NAMES.map((name) => `${name}, p99`), 'served', 'sent away'] });
  try {
    for (const build of builds) {
      const phases = await measure(build.directory);
      const [alone] = Object.values(phases);
      for (const [name, { p99, served, sentAway }] of Object.entries(phases)) {
        const cells = NAMES.map(
          (probe) => `${p99[probe].toFixed(1)} ms, × ${(p99[probe] / (alone?.p99[probe] ?? 1)).toFixed(1)}`,
        );
        table.push([build.name, name, ...cells, served, sentAway]);
      }
    }
  } finally {
    await old?.remove();
  }
  process.stdout.write(`${cpus().length} cores, Node ${process.version}\n${table.toString()}\n`);
  return true;
}

async function measure(directory: string): Promise<Record<string, Phase>> {
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-bench-'));
  const removeHome = await endedOnce(() => rm(home, { recursive: true, force: true }));
  const database = await startCluster(home);
  try {
    await prepareDatabase(database, directory);
    return await withService(database, directory, async (service) => {
      await fundLine(service);
      const bodies = new AwardBodies();
      await postBatches(service, bodies, BATCHES);
      await postFat(service, bodies);
      const phases: Record<string, Phase> = {};
      const attacks: readonly [string, Attack][] = [
        ['alone', () => Promise.resolve({ served: 0, sentAway: 0 })],
        [
          `${REPORTS} ledgers as CSV`,
          many(REPORTS, '/reports/account-ledger?fund=gz-ecommerce&fiscalYear=2016&account=4610&format=csv'),
        ],
        [`${LISTS} lists of ${FAT}`, many(LISTS, `/awards?limit=${FAT}&line=market-app`)],
      ];
      for (const [name, attack] of attacks) {
        phases[name] = await phase(service, bodies, attack);
        process.stderr.write(`${name}: ${JSON.stringify(phases[name])}\n`);
        await sleep(3_000);
      }
      return phases;
    });
  } finally {
    await database.stop();
    await removeHome();
  }
}

/** Awards of another line whose facts are some 15 KiB each: fifteen texts, as long as they may be. */
async function postFat({ url, finance }: Service, bodies: AwardBodies): Promise<void> {
  const entry = {
    kind: 'allotment',
    line: 'market-app',
    amount: '1000.00',
    reason: '示例',
    documentNo: '示例',
    effectiveOn: '2016-01-05',
  };
  await send(url, finance, '/funds/gz-ecommerce/years/2016/budget-entries', entry);
  const names = Array.from({ length: 15 }, (_, n) => `note${n}`);
  await askForNotes(url, finance, names);
  const facts = { specialisedMarket: true, ...Object.fromEntries(names.map((name) => [name, 'x'.repeat(1_000)])) };
  for (let award = 0; award < FAT; award += 1)
    await send(url, finance, '/awards', { ...bodies.next(), line: 'market-app', facts });
}

/** The line asks for these texts besides what it asks for. */
async function askForNotes(url: string, token: string, names: readonly string[]): Promise<void> {
  const line = `${url}/api/v1/funds/gz-ecommerce/lines/market-app`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const { rule, version } = (await (await fetch(line, { headers })).json()) as { rule: { facts: unknown[] }; version: number };
  const title = { zhHant: '示例', zhHans: '示例', en: 'Example' };
  const facts = [...rule.facts, ...names.map((name) => ({ name, title, type: 'text', required: false }))];
  const body = { rule: { ...rule, facts }, effectiveOn: '2013-01-01', reason: '示例', documentNo: '示例' };
  const answer = await fetch(line, {
    method: 'PATCH',
    headers: { ...headers, 'if-match': `"${version}"` },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) throw new Error(`PATCH of the line: ${answer.status} ${await answer.text()}`);
}

async function send(url: string, token: string, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() };
  const answer = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${text}`);
}

/** So many clients that read a path again and again; who is sent away comes again when told to. */
function many(clients: number, path: string): Attack {
  return async ({ url, finance }) => {
    const data: AttackData = { url: `${url}/api/v1${path}`, token: finance, clients, forMs: PHASE_MS };
    const [sums] = (await once(new Worker(new URL('./attacker.ts', import.meta.url), { workerData: data }), 'message')) as [
      AttackSums,
    ];
    return sums;
  };
}

async function phase(service: Service, bodies: AwardBodies, attack: Attack): Promise<Phase> {
  const { url, finance } = service;
  const end = performance.now() + PHASE_MS;
  const isOver = (): boolean => performance.now() > end;
  const times: Record<Probe, number[]> = {
    'GET /health/live': [],
    'GET /auth/me': [],
    'POST /auth/login': [],
    'POST /awards': [],
  };
  const authorization = `Bearer ${finance}`;
  const json = { 'content-type': 'application/json', authorization };
  const probes: Record<Probe, () => Promise<Response>> = {
    'GET /health/live': () => fetch(`${url}/health/live`),
    'GET /auth/me': () => fetch(`${url}/api/v1/auth/me`, { headers: { authorization } }),
    'POST /auth/login': () =>
      fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'officer', password: PASSWORD }),
      }),
    'POST /awards': () =>
      fetch(`${url}/api/v1/awards`, {
        method: 'POST',
        headers: { ...json, 'idempotency-key': randomUUID() },
        body: JSON.stringify(bodies.next()),
      }),
  };
  const loops = NAMES.flatMap((name) =>
    Array.from({ length: PROBES[name].atOnce }, async () => {
      while (!isOver()) {
        const started = performance.now();
        const answer = await probes[name]();
        await answer.text();
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        times[name].push(performance.now() - started);
        await sleep(PROBES[name].restMs);
      }
    }),
  );
  const [sums] = await Promise.all([attack(service), ...loops]);
  const p99 = (name: Probe): number => quantile(times[name], 0.99);
  return {
    p99: {
      'GET /health/live': p99('GET /health/live'),
      'GET /auth/me': p99('GET /auth/me'),
      'POST /auth/login': p99('POST /auth/login'),
      'POST /awards': p99('POST /awards'),
    },
    ...sums,
  };
}
