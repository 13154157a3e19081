import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { freePort } from '../src/platform/embedded/cluster.js';
import { baseline } from './baseline.js';
import { startDatabase, startProcess } from './cluster.js';
import { awardBody, load } from './load.js';

/** Each row: what was measured, the figure, what it must be, and whether it is. */
type Row = readonly [what: string, figure: string, must: string, holds: boolean];

const { values } = parseArgs({
  options: { awards: { type: 'string', default: '1000000' }, requests: { type: 'string', default: '60000' } },
});
const AWARDS = Number(values.awards);
const REQUESTS = Number(values.requests);
const BATCH = 1_000;

const rows: Row[] = [];
const report = (what: string, figure: string, must: string, holds: boolean): void => {
  rows.push([what, figure, must, holds]);
  process.stderr.write(`${what}: ${figure} (${must}) ${holds ? 'holds' : 'FALLS SHORT'}\n`);
};
const perSecond = (figure: number): string => `${Math.round(figure).toLocaleString('en')}/s`;

const database = await startDatabase();
try {
  const a32 = await baseline(database.ownerUrl, 32);
  const a128 = await baseline(database.ownerUrl, 128);
  const a = Math.max(a32, a128);
  report('(a) a transaction and a row lock each, 32 connections', perSecond(a32), 'baseline', true);
  report('(a) the same, 128 connections', perSecond(a128), 'baseline', true);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const api = await startProcess('main.js', database.url, port);
  const signIn = async (username: string): Promise<string> => {
    const answer = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: username }),
    });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const [finance, officer] = await Promise.all([signIn('finance'), signIn('officer')]);
  const budget = (entry: Record<string, unknown>) =>
    load({
      url: `${url}/api/v1/funds/gz-ecommerce/years/2016/budget-entries`,
      token: finance,
      connections: 1,
      amount: 1,
      body: () => ({ reason: '基準測試', documentNo: '示例', effectiveOn: '2016-01-05', ...entry }),
      expected: 201,
    });
  await budget({ kind: 'appropriation', amount: '500000000.00' });
  await budget({ kind: 'allotment', line: 'manufacturing-app', amount: '400000000.00' });

  const single = { url: `${url}/api/v1/awards`, token: officer, connections: 128, body: awardBody, expected: 201 };
  await load({ ...single, amount: 5_000 });
  const b = await load({ ...single, amount: REQUESTS });
  report(
    '(b) POST /awards, one line, 128 connections',
    `${perSecond(b.perSecond)}, ${(b.perSecond / a).toFixed(1)} × (a)`,
    '≥ 4 × (a) and 5,000/s',
    b.perSecond >= 4 * a && b.perSecond >= 5_000,
  );
  report('(b) its latency', `p50 ${b.p50Ms} ms, p99 ${b.p99Ms} ms`, 'p99 ≤ 60 ms', b.p99Ms <= 60);

  const batch = {
    url: `${url}/api/v1/awards/batch`,
    token: officer,
    connections: 4,
    body: () => ({ mode: 'each', awards: Array.from({ length: BATCH }, awardBody) }),
    expected: 200,
  };
  const batches = Math.max(1, Math.floor((AWARDS - 5_000 - REQUESTS) / BATCH));
  const measured = Math.min(batches, 200);
  const c = await load({ ...batch, amount: measured });
  const awardsPerSecond = c.perSecond * BATCH;
  report(
    '(c) POST /awards/batch, 1,000 each',
    `${perSecond(awardsPerSecond)} awards, ${(awardsPerSecond / a).toFixed(1)} × (a)`,
    '≥ 15 × (a) and 20,000/s',
    awardsPerSecond >= 15 * a && awardsPerSecond >= 20_000,
  );
  for (let left = batches - measured; left > 0; left -= measured) await load({ ...batch, amount: Math.min(left, measured) });

  const expected = 5_000 + REQUESTS + batches * BATCH;
  const [stored] = await database.db.rows<{ awards: bigint; reserved: bigint; postings: bigint }>(
    `SELECT (SELECT count(*) FROM award) AS awards, (SELECT sum(reserved_fen)::bigint FROM award) AS reserved, (SELECT count(*) FROM posting) AS postings`,
  );
  if (
    stored?.awards !== BigInt(expected) ||
    stored.reserved !== BigInt(expected) * 100n ||
    stored.postings !== BigInt(expected) * 2n + 4n
  ) {
    throw new Error(
      `${expected} awards were answered, stored are ${stored?.awards} with ${stored?.reserved} fen and ${stored?.postings} postings`,
    );
  }

  const position = `${url}/api/v1/funds/gz-ecommerce/years/2016`;
  const times: number[] = [];
  for (let turn = 0; turn < 300; turn += 1) {
    const started = performance.now();
    const answer = await fetch(position, { headers: { authorization: `Bearer ${finance}` } });
    const body = (await answer.json()) as { reserved: string };
    times.push(performance.now() - started);
    if (body.reserved !== `${expected}.00`) throw new Error(`The position says ${body.reserved} reserved, not ${expected}.00`);
  }
  times.sort((left, right) => left - right);
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0;
  report(`(d) position of a year with ${expected.toLocaleString('en')} awards`, `p95 ${p95.toFixed(1)} ms`, '≤ 10 ms', p95 <= 10);

  const worker = await startProcess('worker.js', database.url, 0);
  const started = performance.now();
  const asked = await fetch(`${url}/api/v1/reconciliation-runs`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${finance}`,
      'idempotency-key': `bench-${process.pid}`,
    },
    body: JSON.stringify({ fund: 'gz-ecommerce', fiscalYear: 2016 }),
  });
  const { id } = (await asked.json()) as { id: string };
  let run = { status: 'queued', checked: 0, opened: 0, startedAt: '', finishedAt: '', error: '' };
  while (run.status !== 'completed') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const answer = await fetch(`${url}/api/v1/reconciliation-runs/${id}`, { headers: { authorization: `Bearer ${finance}` } });
    run = (await answer.json()) as typeof run;
    if (run.status === 'failed' || performance.now() - started > 300_000)
      throw new Error(`Reconciliation ${run.status}: ${run.error}`);
  }
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000;
  if (run.checked < expected || run.opened !== 0)
    throw new Error(`Reconciliation checked ${run.checked} and opened ${run.opened}`);
  const memory = worker.peakMemoryMb();
  report('(e) full reconciliation of that year', `${seconds.toFixed(1)} s`, '≤ 20 s', seconds <= 20);
  report("(e) the worker's peak memory", `${memory ?? 'unknown'} MB`, '≤ 300 MB', memory !== null && memory <= 300);
  await worker.stop();
  await api.stop();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await database.stop();
}

const table = new Table({ head: ['measured', 'figure', 'must be', ''] });
for (const [what, figure, must, holds] of rows) table.push([what, figure, must, holds ? 'holds' : 'FALLS SHORT']);
process.stdout.write(`${cpus().length} cores, Node ${process.version}\n${table.toString()}\n`);
if (!rows.every(([, , , holds]) => holds)) process.exitCode = 1;
