import type { Job } from '../../src/ledger/engine/job.js';
import type { PostResult, Unit } from '../../src/ledger/index.js';
import { Lane } from '../../src/ledger/engine/lane.js';

const LIMITS = { postingBatchLimit: 1_000, postingQueueLimit: 10_000, postingWaitMs: 5_000, postingRetryLimit: 5 };
const ACTOR = {
  id: '01900000-0000-7000-8000-00000000000a',
  username: 'finance',
  role: 'finance',
  agency: null,
  reaches: [],
} as const;
const POSTED: PostResult = { ok: true, replayed: false, entry: null, award: null, answer: null };

/** A unit of so many events, as one job. Equal keys: the same request. */
function jobOf(mode: Unit['mode'], events: number, key: string | null = null): Job {
  const event = { kind: 'release', awardId: '', from: 'reserved', amountFen: null, effectiveOn: null } as const;
  return {
    unit: { fund: 'gz-ecommerce', actor: ACTOR, mode, request: null, events: Array.from({ length: events }, () => event) },
    tasks: Array.from({ length: events }, () => ({ event, ids: String, keyHash: null, also: [] })),
    render: null,
    headerHash: key,
    isDryRun: false,
    review: null,
  };
}

/** A lane whose batches end only when they are told to. */
function steered(limits: Partial<typeof LIMITS> = {}) {
  const batches: string[] = [];
  const ends: (() => void)[] = [];
  const lane = new Lane(
    (jobs) => {
      batches.push(jobs.map(({ unit, tasks }) => `${unit.mode} ${tasks.length}`).join(' + '));
      return new Promise((resolve) => ends.push(() => resolve(jobs.map((job) => job.tasks.map(() => POSTED)))));
    },
    { ...LIMITS, ...limits },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  /** Ends the batch that is being written, and lets the lane begin the next. */
  const end = async (): Promise<void> => {
    await turn();
    ends.shift()?.();
    await turn();
  };
  return { lane, batches, end, turn };
}

const codes = (results: readonly PostResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.ok ? 'ok' : result.problem.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
};

describe('A unit in parts', () => {
  const whole = jobOf('each', 1_000, 'key');
  const parts = [whole.tasks.slice(0, 500), whole.tasks.slice(500)].map((tasks) => ({ ...whole, tasks }));

  it('is taken whole or not at all where the queue is nearly full', async () => {
    const { lane, batches, end } = steered({ postingQueueLimit: 700 });
    expect(codes(await lane.submit(parts))).toEqual({ unavailable: 1_000 });
    const small = lane.submit([jobOf('each', 700)]);
    await end();
    expect(codes(await small)).toEqual({ ok: 700 });
    expect(batches).toEqual(['each 700']);
  });

  it('of which one waited too long says so of that part, and never takes the other for another request', async () => {
    const { lane, end, turn } = steered({ postingBatchLimit: 500, postingWaitMs: 100 });
    const first = lane.submit(parts);
    await turn();
    const again = lane.submit([jobOf('each', 400, 'key')]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await end();
    expect(codes(await first)).toEqual({ ok: 500, unavailable: 500 });
    expect(codes(await again)).toEqual({ 'idempotency-in-progress': 400 });
  });
});

describe('Single requests', () => {
  it('come next after each batch in mode all of a thousand, however many of those wait', async () => {
    const { lane, batches, end, turn } = steered();
    const importer = async (): Promise<void> => {
      for (let sent = 0; sent < 3; sent += 1) await lane.submit([jobOf('all', 1_000)]);
    };
    const importers = [importer(), importer(), importer()];
    await turn();
    const singles = [lane.submit([jobOf('single', 1)]), lane.submit([jobOf('single', 1)])];
    await end();
    const late = lane.submit([jobOf('single', 1)]);
    for (let batch = 0; batch < 11; batch += 1) await end();
    await Promise.all([...importers, ...singles, late]);
    const all = 'all 1000';
    expect(batches).toEqual([all, 'single 1 + single 1', all, 'single 1', ...Array.from({ length: 7 }, () => all)]);
  });

  it('share a batch with bulk units, half and half, and leave none of them waiting for ever', async () => {
    const { lane, batches, end, turn } = steered({ postingBatchLimit: 10 });
    const units = [
      jobOf('all', 3),
      ...[2, 4, 12, 2].map((events) => jobOf('each', events)),
      ...Array.from({ length: 20 }, () => jobOf('single', 1)),
    ];
    const answers = units.map((unit) => lane.submit([unit]));
    await turn();
    for (let batch = 0; batch < 7; batch += 1) await end();
    expect(codes((await Promise.all(answers)).flat())).toEqual({ ok: 43 });
    const counted = batches.map((batch) => [batch.replace(/( \+ )?single 1/g, ''), batch.split('single').length - 1]);
    expect(counted).toEqual([
      ['all 3 + each 2', 5],
      ['each 4', 6],
      ['each 12', 0],
      ['', 9],
      ['each 2', 0],
    ]);
  });
});

describe('Many single requests', () => {
  const singles = (count: number) => Array.from({ length: count }, () => jobOf('single', 1));

  it('are written in halves, so that one half is answered while the other is being written', async () => {
    const { lane, batches, end, turn } = steered();
    let answered = 0;
    const answers = singles(100).map((job) => lane.submit([job]).then(() => (answered += 1)));
    await turn();
    await end();
    expect(batches.map((batch) => batch.split('+').length)).toEqual([50, 50]);
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(50);
    await end();
    await Promise.all(answers);
    await lane.drain();
  });

  it('are one batch while they are few', async () => {
    const { lane, batches, end } = steered();
    const answers = singles(30).map((job) => lane.submit([job]));
    await end();
    await end();
    await Promise.all(answers);
    expect(batches).toHaveLength(1);
  });
});

it('A lane is empty only when everyone is answered', async () => {
  const { lane, end, turn } = steered();
  let answered = 0;
  const answers = Array.from({ length: 30 }, () => lane.submit([jobOf('single', 1)]).then(() => (answered += 1)));
  await turn();
  const drained = lane.drain().then(() => answered);
  await end();
  await end();
  await Promise.all(answers);
  expect(await drained).toBe(30);
});
