import { freePort } from '../src/platform/embedded/cluster.js';
import { PASSWORD, startProcess, type BenchDatabase } from './cluster.js';
import { load, type AwardBodies, type LoadResult } from './load.js';
import { quantile } from './statistics.js';

/** Awards of one batch request. */
export const BATCH = 1_000;
const YEAR = '/api/v1/funds/gz-ecommerce/years/2016';

/** A build's API process on a database, with people signed in. */
export interface Service {
  readonly database: BenchDatabase;
  readonly directory: string;
  readonly url: string;
  readonly finance: string;
  readonly officer: string;
}

/** Runs the work on a build's API, which is stopped whatever comes of it. */
export async function withService<T>(
  database: BenchDatabase,
  directory: string,
  work: (service: Service) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const api = await startProcess(directory, 'main.js', database.url, port);
  try {
    const signIn = async (username: string): Promise<string> => {
      const answer = await fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD }),
      });
      return ((await answer.json()) as { accessToken: string }).accessToken;
    };
    const [finance, officer] = await Promise.all([signIn('finance'), signIn('officer')]);
    return await work({ database, directory, url, finance, officer });
  } finally {
    await api.stop();
  }
}

/** Gives manufacturing-app of 2016 the money that the loads reserve. */
export async function fundLine({ url, finance }: Service): Promise<void> {
  const entries = [
    { kind: 'appropriation', amount: '500000000.00' },
    { kind: 'allotment', line: 'manufacturing-app', amount: '400000000.00' },
  ];
  const stated = { reason: '基準測試', documentNo: '示例', effectiveOn: '2016-01-05' };
  for (const entry of entries) {
    const body = (): unknown => ({ ...stated, ...entry });
    await load({ url: `${url}${YEAR}/budget-entries`, token: finance, connections: 1, amount: 1, body, expected: 201 });
  }
}

/** (b) POST /awards, one line, 128 connections. */
export function postAwards({ url, officer }: Service, bodies: AwardBodies, amount: number): Promise<LoadResult> {
  return load({
    url: `${url}/api/v1/awards`,
    token: officer,
    connections: 128,
    amount,
    body: () => bodies.next(),
    expected: 201,
  });
}

/** (c) POST /awards/batch, 1,000 each, 4 connections. Awards a second. */
export async function postBatches({ url, officer }: Service, bodies: AwardBodies, amount: number): Promise<number> {
  const { perSecond } = await load({
    url: `${url}/api/v1/awards/batch`,
    token: officer,
    connections: 4,
    amount,
    body: () => bodies.batch(BATCH),
    expected: 200,
  });
  return perSecond * BATCH;
}

/** Reserves one batch of so many awards; their ids. */
export async function reserveBatch({ url, officer }: Service, bodies: AwardBodies, amount: number): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/awards/batch`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${officer}`,
      'idempotency-key': `life-${performance.now()}`,
    },
    body: JSON.stringify(bodies.batch(amount)),
  });
  const { results } = (await answer.json()) as { results: readonly { award: { id: string } }[] };
  return results.map(({ award }) => award.id);
}

/** The steps of so many awards' lives (one batch at most), over 32 connections: all committed, then half of each paid, then the rest released. Steps a second. */
export async function liveAwards(service: Service, bodies: AwardBodies, amount: number): Promise<number> {
  const { url, officer, finance } = service;
  const ids = await reserveBatch(service, bodies, amount);
  const steps = [
    { token: officer, step: 'commitments', body: { documentNo: '示例協議', effectiveOn: '2016-12-30' } },
    { token: finance, step: 'disbursements', body: { amount: '0.50', effectiveOn: '2016-12-30' } },
    { token: officer, step: 'releases', body: { from: 'committed', reason: '示例', effectiveOn: '2016-12-30' } },
  ];
  let seconds = 0;
  for (const { token, step, body } of steps) {
    const result = await load({
      url: `${url}/api/v1/awards`,
      path: (index) => `/${ids[index] ?? ''}/${step}`,
      token,
      connections: 32,
      amount: ids.length,
      body: (index) => (step === 'disbursements' ? { ...body, paymentRef: `P-${ids[index] ?? ''}` } : body),
      expected: 201,
    });
    seconds += ids.length / result.perSecond;
  }
  return (ids.length * steps.length) / seconds;
}

/** (d) The year's position, 95th percentile of so many reads, milliseconds. `reserved`: what it must say, yuan. */
export async function readPositions({ url, finance }: Service, reserved: string, reads: number): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < reads; turn += 1) {
    const started = performance.now();
    const answer = await fetch(`${url}${YEAR}`, { headers: { authorization: `Bearer ${finance}` } });
    const body = (await answer.json()) as { reserved: string };
    times.push(performance.now() - started);
    if (body.reserved !== reserved) throw new Error(`The position says ${body.reserved} reserved, not ${reserved}`);
  }
  return quantile(times, 0.95);
}

/** Waits until the worker has indexed everything: seconds. A build from before there was an index has nothing to wait for. */
export async function untilIndexed({ db }: BenchDatabase): Promise<number> {
  const started = performance.now();
  const [known] = await db.rows<{ waits: string | null }>("SELECT to_regclass('unindexed')::text AS waits");
  while (typeof known?.waits === 'string') {
    const [row] = await db.rows<{ left: number }>('SELECT count(*)::integer AS left FROM unindexed');
    if (row?.left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return (performance.now() - started) / 1_000;
}

/** (e) Full reconciliation of the year by a worker of its own: seconds, and the worker's peak memory (MiB; null where it isn't told). */
export async function reconcile({ url, finance, database, directory }: Service, awards: number) {
  const worker = await startProcess(directory, 'worker.js', database.url, 0);
  try {
    // It would share two cores with what the round has left to be indexed.
    await untilIndexed(database);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${finance}` };
    const started = performance.now();
    const asked = await fetch(`${url}/api/v1/reconciliation-runs`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': `bench-${process.pid}-${started}` },
      body: JSON.stringify({ fund: 'gz-ecommerce', fiscalYear: 2016 }),
    });
    const { id } = (await asked.json()) as { id: string };
    let run = { status: 'queued', checked: 0, opened: 0, startedAt: '', finishedAt: '', error: '' };
    while (run.status !== 'completed') {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const answer = await fetch(`${url}/api/v1/reconciliation-runs/${id}`, { headers });
      run = (await answer.json()) as typeof run;
      if (run.status === 'failed' || performance.now() - started > 300_000)
        throw new Error(`Reconciliation ${run.status}: ${run.error}`);
    }
    if (run.checked < awards || run.opened !== 0)
      throw new Error(`Reconciliation checked ${run.checked} and opened ${run.opened}`);
    const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000;
    return { seconds, memoryMb: worker.peakMemoryMb() };
  } finally {
    await worker.stop();
  }
}

/** That what was answered is stored, so that a fast failure can't pass. `lived`: awards of which half was paid and half released. */
export async function checkStored({ database }: Service, awards: number, lived = 0): Promise<void> {
  const [stored] = await database.db.rows<{ awards: bigint; reserved: bigint; postings: bigint }>(
    `SELECT (SELECT count(*) FROM award) AS awards, (SELECT coalesce(sum(reserved_fen), 0)::bigint FROM award) AS reserved,
            (SELECT count(*) FROM posting) AS postings`,
  );
  const expected = {
    awards: BigInt(awards),
    reserved: BigInt(awards - lived) * 100n,
    postings: BigInt(awards) * 2n + BigInt(lived) * 6n + 4n,
  };
  const isStored =
    stored?.awards === expected.awards && stored.reserved === expected.reserved && stored.postings === expected.postings;
  if (!isStored) {
    const told = (counts: typeof stored): string =>
      `${counts?.awards} awards, ${counts?.reserved} fen, ${counts?.postings} postings`;
    throw new Error(`Answered were ${told(expected)}; stored are ${told(stored)}`);
  }
}
