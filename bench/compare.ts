import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import pg from 'pg';
import { baseline } from './baseline.js';
import { buildCommit, ourBuild, type Build } from './builds.js';
import { prepareDatabase, startCluster, type BenchDatabase } from './cluster.js';
import {
  BATCH,
  checkStored,
  fundLine,
  liveAwards,
  postAwards,
  postBatches,
  readPositions,
  reconcile,
  withService,
} from './figures.js';
import { endedOnce } from './interruption.js';
import { AwardBodies } from './load.js';
import { compareRounds } from './statistics.js';

/** Requests of one round: a few seconds for each figure, and 14 rounds on an empty database within some six minutes. */
const ROUND = {
  warmUp: 3_000,
  singles: 15_000,
  warmUpBatches: 4,
  batches: 40,
  warmUpLives: 300,
  lives: 1_000,
  warmUpReads: 50,
  reads: 150,
} as const;

/**
 * Fewest rounds whose verdict says something. In a simulation of equal builds whose rounds vary by 8 % (standard deviation), one figure is
 * falsely called worse in 3 % of the comparisons with seven rounds, in 14 % with three.
 */
const ENOUGH_ROUNDS = 7;

/** Figures of a round, in the order of the table. */
const FIGURES = [
  { key: 'singles', title: '(b) POST /awards, 128 connections', unit: '/s', better: 'more' },
  { key: 'p50', title: '(b) p50', unit: ' ms', better: 'less' },
  { key: 'p99', title: '(b) p99', unit: ' ms', better: 'less' },
  { key: 'bulk', title: '(c) POST /awards/batch, awards', unit: '/s', better: 'more' },
  { key: 'steps', title: 'commit, disburse, release, 32 connections', unit: '/s', better: 'more' },
  { key: 'position', title: '(d) position, p95', unit: ' ms', better: 'less' },
  { key: 'reconciliation', title: '(e) full reconciliation', unit: ' s', better: 'less' },
  { key: 'memory', title: "(e) the worker's peak memory", unit: ' MB', better: 'less' },
] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number]['key'], number>>;

/** A build with its filled database, stopped, as every round begins with it. */
interface Contestant {
  readonly build: Build;
  readonly prepared: string;
  readonly rounds: Figures[];
}

/**
 * Runs an older build and this one in turns and prints medians, spread and ratio. Every round begins with a copy of the same database,
 * filled by the build itself, and sends the same requests. Answers whether no figure is worse beyond the spread.
 */
export async function compareBuilds(options: { against: string; rounds: number; awards: number }): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-bench-'));
  // The user that PostgreSQL runs as must pass through, or the data would lie elsewhere, one for all copies.
  await chmod(home, 0o711);
  const removeHome = await endedOnce(() => rm(home, { recursive: true, force: true }));
  const builds: Build[] = [];
  try {
    builds.push(await buildCommit(options.against), ourBuild());
    const [old, now] = await Promise.all(
      builds.map(async (build, index): Promise<Contestant> => ({ build, prepared: join(home, `prepared-${index}`), rounds: [] })),
    );
    if (old === undefined || now === undefined) throw new Error('Two builds are compared');
    const context = await measureContext(join(home, 'baseline'));
    for (const contestant of [old, now]) await prepare(contestant, options.awards);
    for (let round = 1; round <= options.rounds; round += 1) {
      // Old, new, new, old …: a machine that gets slower or faster meanwhile does so for both.
      for (const contestant of round % 2 === 1 ? [old, now] : [now, old]) {
        const figures = await measureRound(contestant, join(home, 'live'), options.awards);
        contestant.rounds.push(figures);
        const told = FIGURES.map(({ key, unit }) => `${shown(figures[key])}${unit}`).join(', ');
        process.stderr.write(`round ${round} of ${options.rounds}, ${contestant === old ? 'old' : 'new'}: ${told}\n`);
      }
    }
    return report(old, now, { ...options, context });
  } finally {
    for (const build of builds) await build.remove();
    await removeHome();
  }
}

/** (a) What this machine does without the product: context for the figures, not compared. */
async function measureContext(directory: string): Promise<string> {
  const database = await startCluster(directory);
  try {
    const [a32, a128] = [await baseline(database.ownerUrl, 32), await baseline(database.ownerUrl, 128)];
    const context = `(a) a transaction and a row lock each: ${shown(a32)}/s over 32, ${shown(a128)}/s over 128 connections`;
    process.stderr.write(`${context}\n`);
    return context;
  } finally {
    await database.stop();
  }
}

/** Makes a build's database and fills it up to so many awards. */
async function prepare({ build, prepared }: Contestant, awards: number): Promise<void> {
  process.stderr.write(`${build.name}: preparing a database of ${awards.toLocaleString('en')} awards\n`);
  const database = await startCluster(prepared);
  try {
    await prepareDatabase(database, build.directory);
    await withService(database, build.directory, async (service) => {
      await fundLine(service);
      if (awards > 0) await postBatches(service, new AwardBodies(), awards / BATCH);
      await checkStored(service, awards);
    });
  } finally {
    await database.stop();
  }
}

async function measureRound({ build, prepared }: Contestant, live: string, awards: number): Promise<Figures> {
  await copy(prepared, live);
  const database = await startCluster(live);
  try {
    return await withService(database, build.directory, async (service) => {
      const bodies = new AwardBodies(awards);
      await postAwards(service, bodies, ROUND.warmUp);
      const singles = await postAwards(service, bodies, ROUND.singles);
      await postBatches(service, bodies, ROUND.warmUpBatches);
      const bulk = await postBatches(service, bodies, ROUND.batches);
      await liveAwards(service, bodies, ROUND.warmUpLives);
      const steps = await liveAwards(service, bodies, ROUND.lives);
      const lived = ROUND.warmUpLives + ROUND.lives;
      const reserved = awards + ROUND.warmUp + ROUND.singles + (ROUND.warmUpBatches + ROUND.batches) * BATCH;
      await checkStored(service, reserved + lived, lived);
      await analyse(database);
      await readPositions(service, `${reserved}.00`, ROUND.warmUpReads);
      const position = await readPositions(service, `${reserved}.00`, ROUND.reads);
      const { seconds, memoryMb } = await reconcile(service, reserved);
      const { perSecond, p50Ms, p99Ms } = singles;
      return {
        singles: perSecond,
        p50: p50Ms,
        p99: p99Ms,
        bulk,
        steps,
        position,
        reconciliation: seconds,
        memory: memoryMb ?? 0,
      };
    });
  } finally {
    await database.stop();
    await rm(live, { recursive: true, force: true });
  }
}

/** What autovacuum does within a minute: a round is over before it comes. */
async function analyse({ ownerUrl }: BenchDatabase): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('ANALYZE');
  await owner.end();
}

/** Copies a stopped database with its owner and rights: PostgreSQL may run as another user than we. */
async function copy(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const [code] = (await once(spawn('cp', ['-a', from, to], { stdio: 'inherit' }), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`cp ended with ${code}`);
}

function report(old: Contestant, now: Contestant, options: { rounds: number; awards: number; context: string }): boolean {
  const table = new Table({ head: ['measured', 'old', 'new', 'new : old', ''] });
  const compared = FIGURES.map((figure) => {
    const values = (contestant: Contestant): number[] => contestant.rounds.map((round) => round[figure.key]);
    return { ...figure, ...compareRounds(values(old), values(now), figure.better) };
  });
  const cell = (value: number, unit: string, spread: number): string => `${shown(value)}${unit} ± ${(spread * 100).toFixed(1)} %`;
  for (const { title, unit, ratio, verdict, ...figure } of compared) {
    table.push([
      title,
      cell(figure.old, unit, figure.oldSpread),
      cell(figure.new, unit, figure.newSpread),
      ratio.toFixed(3),
      verdict,
    ]);
  }
  const size = options.awards === 0 ? 'an empty database' : `${options.awards.toLocaleString('en')} awards`;
  process.stdout.write(
    `${cpus().length} cores, Node ${process.version}, ${options.rounds} rounds each in turns, on ${size}\n` +
      `${options.context}\nold: ${old.build.name}\nnew: ${now.build.name}\n${table.toString()}\n` +
      'Medians; ± half the distance between the quartiles. new : old is above 1 where the new build is better.\n' +
      'worse, better: the medians differ by more than 5 %, and the quartiles do not overlap.\n' +
      (options.rounds < ENOUGH_ROUNDS ? `Fewer than ${ENOUGH_ROUNDS} rounds: chance alone may be called worse or better.\n` : ''),
  );
  return compared.every(({ verdict }) => verdict !== 'worse');
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
