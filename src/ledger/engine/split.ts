import type { Engine } from './engine.js';
import { damageOf } from './damage.js';
import { isLockTimeout } from './failures.js';
import { eventsOf, type Job } from './job.js';
import { patience, postWithRetries, type Patience } from './retry.js';
import { refuseAll } from './refusals.js';
import { stuckJobs } from './stuck.js';
import type { PostResult } from './unit.js';

/** Each unit's results, or the error that it alone gets. */
export type Outcomes = readonly (readonly PostResult[] | Error)[];

/** Posts a batch. Where it can't be written, splits it between units, never inside one, so that a poisonous unit fails alone. */
export async function postSplitting(
  engine: Engine,
  fund: string,
  jobs: readonly Job[],
  left: Patience = patience(),
): Promise<Outcomes> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1_000;
  const events = eventsOf(jobs.filter(({ isDryRun }) => !isDryRun)).length;
  try {
    const results = await postWithRetries(engine, fund, jobs, left);
    engine.metrics.batchPosted(events, seconds());
    if (results.some((unit) => unit.some(isWritten))) engine.bell.ring();
    return results;
  } catch (error) {
    engine.metrics.batchPosted(events, seconds(), 'failed');
    const [first, ...others] = jobs;
    if (first !== undefined && others.length === 0) return [await alone(engine, first, error)];
    const outcomes = new Map<Job, readonly PostResult[] | Error>();
    for (const part of await smallerBatches(engine, fund, jobs, error)) {
      const written = await postSplitting(engine, fund, part, left);
      part.forEach((job, index) => outcomes.set(job, written[index] ?? new Error('A unit got no outcome')));
    }
    return jobs.map((job) => outcomes.get(job) ?? new Error('A unit is in no part'));
  }
}

/** Whether it left something behind: it was neither refused, nor done before, nor only asked for. */
function isWritten(result: PostResult): boolean {
  return result.ok && !result.replayed && result.foretold === undefined;
}

/** What a unit comes to that can't be written alone either. */
async function alone(engine: Engine, job: Job, error: unknown): Promise<readonly PostResult[] | Error> {
  const damage = await damageOf(engine.database, error).catch(() => null);
  if (damage !== null) return refuseAll(job, damage);
  return error instanceof Error ? error : new Error(String(error));
}

/** After a lock timeout: first the units that need no row which others hold, then the rest. After any other failure: two halves. */
async function smallerBatches(
  engine: Engine,
  fund: string,
  jobs: readonly Job[],
  error: unknown,
): Promise<readonly (readonly Job[])[]> {
  if (isLockTimeout(error)) {
    const stuck = await stuckJobs(engine, fund, jobs).catch(() => new Set<Job>());
    const others = jobs.filter((job) => !stuck.has(job));
    if (stuck.size > 0) return others.length > 0 ? [others, [...stuck]] : [[...stuck]];
  }
  const middle = Math.ceil(jobs.length / 2);
  return [jobs.slice(0, middle), jobs.slice(middle)];
}
