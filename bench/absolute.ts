import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { baseline } from './baseline.js';
import { prepareDatabase, startCluster } from './cluster.js';
import { BATCH, checkStored, fundLine, postAwards, postBatches, readPositions, reconcile, withService } from './figures.js';
import { endedOnce } from './interruption.js';
import { AwardBodies } from './load.js';

/** Each row: what was measured, the figure, what it must be, and whether it is. */
type Row = readonly [what: string, figure: string, must: string, holds: boolean];

/** Requests before the clock starts. */
const WARM_UP = 5_000;

/** Measures this build against what it must reach, beside the obvious way on the same machine. Answers whether all of it holds. */
export async function measureAbsolutely({ awards, requests }: { awards: number; requests: number }): Promise<boolean> {
  const rows: Row[] = [];
  const report = (what: string, figure: string, must: string, holds: boolean): void => {
    rows.push([what, figure, must, holds]);
    process.stderr.write(`${what}: ${figure} (${must}) ${holds ? 'holds' : 'FALLS SHORT'}\n`);
  };
  const perSecond = (figure: number): string => `${Math.round(figure).toLocaleString('en')}/s`;

  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-bench-'));
  const removeHome = await endedOnce(() => rm(home, { recursive: true, force: true }));
  const database = await startCluster(home);
  try {
    await prepareDatabase(database, process.cwd());
    const a32 = await baseline(database.ownerUrl, 32);
    const a128 = await baseline(database.ownerUrl, 128);
    const a = Math.max(a32, a128);
    report('(a) a transaction and a row lock each, 32 connections', perSecond(a32), 'baseline', true);
    report('(a) the same, 128 connections', perSecond(a128), 'baseline', true);

    await withService(database, process.cwd(), async (service) => {
      await fundLine(service);
      const bodies = new AwardBodies();
      await postAwards(service, bodies, WARM_UP);
      const b = await postAwards(service, bodies, requests);
      report(
        '(b) POST /awards, one line, 128 connections',
        `${perSecond(b.perSecond)}, ${(b.perSecond / a).toFixed(1)} × (a)`,
        '≥ 4 × (a) and 5,000/s',
        b.perSecond >= 4 * a && b.perSecond >= 5_000,
      );
      const latency = `p50 ${Math.round(b.p50Ms)} ms, p99 ${Math.round(b.p99Ms)} ms`;
      report('(b) its latency', latency, 'p99 ≤ 60 ms', Math.round(b.p99Ms) <= 60);

      const batches = Math.max(1, Math.floor((awards - WARM_UP - requests) / BATCH));
      const measured = Math.min(batches, 200);
      const c = await postBatches(service, bodies, measured);
      report(
        '(c) POST /awards/batch, 1,000 each',
        `${perSecond(c)} awards, ${(c / a).toFixed(1)} × (a)`,
        '≥ 15 × (a) and 20,000/s',
        c >= 15 * a && c >= 20_000,
      );
      for (let left = batches - measured; left > 0; left -= measured)
        await postBatches(service, bodies, Math.min(left, measured));

      const expected = WARM_UP + requests + batches * BATCH;
      await checkStored(service, expected);
      const p95 = await readPositions(service, `${expected}.00`, 300);
      report(
        `(d) position of a year with ${expected.toLocaleString('en')} awards`,
        `p95 ${p95.toFixed(1)} ms`,
        '≤ 10 ms',
        p95 <= 10,
      );
      const { seconds, memoryMb } = await reconcile(service, expected);
      report('(e) full reconciliation of that year', `${seconds.toFixed(1)} s`, '≤ 20 s', seconds <= 20);
      report("(e) the worker's peak memory", `${memoryMb ?? 'unknown'} MB`, '≤ 300 MB', memoryMb !== null && memoryMb <= 300);
    });
  } finally {
    await database.stop();
    await removeHome();
  }

  const table = new Table({ head: ['measured', 'figure', 'must be', ''] });
  for (const [what, figure, must, holds] of rows) table.push([what, figure, must, holds ? 'holds' : 'FALLS SHORT']);
  process.stdout.write(`${cpus().length} cores, Node ${process.version}\n${table.toString()}\n`);
  return rows.every(([, , , holds]) => holds);
}
