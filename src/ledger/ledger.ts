import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { outcomeUnknown, requestKeyHash } from '../platform/http/index.js';
import { Config } from '../platform/config/index.js';
import { CommitLost, isDatabaseAway } from '../platform/database/away.js';
import { Database } from '../platform/database/database.js';
import { Metrics } from '../platform/metrics/index.js';
import { OutboxBell } from '../platform/outbox/outbox-bell.js';
import { attempt, type Job, type Task } from './engine/attempt.js';
import { Directory } from './store/directory.js';
import { isLockTimeout, isRace, unavailable } from './engine/failures.js';
import { idsOf } from './engine/ids.js';
import { Lane } from './engine/lane.js';
import { BATCH_MS, BULK_SHARE, LOCK_TIMEOUTS, UNIT_EVENTS } from './engine/limits.js';
import { stuckJobs } from './engine/stuck.js';
import type { PostResult, Unit } from './engine/unit.js';

/** The only writer of journal and balances: everything that moves money or holds goes through `post` (architecture §3). */
@Injectable()
export class Ledger implements OnApplicationShutdown {
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly bell: OutboxBell,
    private readonly metrics: Metrics,
    private readonly limits: Config,
  ) {}

  /**
   * Posts a unit: each event is answered with its entry (and award) or a problem, in order. A refused event leaves nothing behind.
   * Rejects only on a fault.
   */
  async post(unit: Unit): Promise<readonly PostResult[]> {
    if (unit.events.length < 1 || unit.events.length > UNIT_EVENTS) {
      throw new Error(`A unit has 1 to ${UNIT_EVENTS} events, not ${unit.events.length}`);
    }
    const job = jobOf(unit);
    let lane: Lane;
    try {
      lane = await this.lane(unit.fund);
    } catch (error) {
      if (isDatabaseAway(error)) return refused([job], false)[0] ?? [];
      throw error;
    }
    return lane.submit(unitParts(job));
  }

  /** Waits until everything that was submitted is answered. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.drain()));
  }

  private async lane(fund: string): Promise<Lane> {
    const known = this.lanes.get(fund);
    if (known !== undefined) return known;
    const lane = new Lane((jobs) => this.work(fund, jobs), this.limits);
    // An unknown fund gets no lane of its own to keep.
    if ((await this.directory.fund(fund)) === null) return lane;
    const raced = this.lanes.get(fund);
    if (raced !== undefined) return raced;
    this.lanes.set(fund, lane);
    return lane;
  }

  /** Writes a batch, within a time that does not grow with its size: what has not come to an end by then is refused. */
  private work(fund: string, jobs: readonly Job[]): Promise<readonly (readonly PostResult[] | Error)[]> {
    return this.writeOrSplit(fund, jobs, {
      until: performance.now() + BATCH_MS,
      awaySince: null,
      wasLost: false,
      lockTimeouts: 0,
    });
  }

  /** Where a batch can't be written, splits it between units, so that a poisonous one fails alone. */
  private async writeOrSplit(
    fund: string,
    jobs: readonly Job[],
    patience: Patience,
  ): Promise<readonly (readonly PostResult[] | Error)[]> {
    const started = performance.now();
    const events = jobs.reduce((total, job) => total + job.tasks.length, 0);
    try {
      const results = await this.repeat(fund, jobs, patience);
      this.metrics.batchPosted(events, (performance.now() - started) / 1_000);
      if (results.some((unit) => unit.some((result) => result.ok && !result.replayed))) this.bell.ring();
      return results;
    } catch (error) {
      this.metrics.batchPosted(events, (performance.now() - started) / 1_000, 'failed');
      if (jobs.length === 1) return [error instanceof Error ? error : new Error(String(error))];
      const outcomes = new Map<Job, readonly PostResult[] | Error>();
      for (const part of await this.partsOf(fund, jobs, error)) {
        const written = await this.writeOrSplit(fund, part, patience);
        part.forEach((job, index) => outcomes.set(job, written[index] ?? new Error('A unit got no outcome')));
      }
      return jobs.map((job) => outcomes.get(job) ?? new Error('A unit is in no part'));
    }
  }

  /** Behind a lock that is not given: who needs none of the kind, then the others. After any other failure: two halves. */
  private async partsOf(fund: string, jobs: readonly Job[], error: unknown): Promise<readonly (readonly Job[])[]> {
    if (isLockTimeout(error)) {
      const stuck = await stuckJobs(this.database, this.directory, fund, jobs, this.limits).catch(() => new Set<Job>());
      const others = jobs.filter((job) => !stuck.has(job));
      if (stuck.size > 0) return others.length > 0 ? [others, [...stuck]] : [[...stuck]];
    }
    const middle = Math.ceil(jobs.length / 2);
    return [jobs.slice(0, middle), jobs.slice(middle)];
  }

  /**
   * Repeats a batch after lost races, and while the database is away. A connection lost at COMMIT needs no other path: the next
   * attempt takes the same locks, finds the keys that were committed, and posts only what is absent.
   */
  private async repeat(fund: string, jobs: readonly Job[], patience: Patience): Promise<PostResult[][]> {
    let repeats = 0;
    for (;;) {
      try {
        const results = await attempt(this.database, this.directory, fund, jobs, this.limits);
        patience.awaySince = null;
        return results;
      } catch (error) {
        const now = performance.now();
        if (isDatabaseAway(error)) {
          patience.wasLost ||= error instanceof CommitLost;
          patience.awaySince ??= now;
          if (now - patience.awaySince > this.limits.postingWaitMs) return refused(jobs, patience.wasLost);
          await pause(20 + Math.random() * 100);
          continue;
        }
        if (!isRace(error)) throw error;
        if (isLockTimeout(error)) patience.lockTimeouts += 1;
        if (now > patience.until || patience.lockTimeouts > LOCK_TIMEOUTS) return refused(jobs, patience.wasLost);
        if (jobs.length > 1 && isLockTimeout(error)) throw error;
        if (repeats >= this.limits.postingRetryLimit) {
          if (jobs.length === 1) return refused(jobs, patience.wasLost);
          throw error;
        }
        repeats += 1;
        await pause(Math.random() * 10 * repeats);
      }
    }
  }
}

/** How long one batch and its parts may go on. */
interface Patience {
  /** When races are no longer repeated, on the clock of `performance`. */
  readonly until: number;
  /** Since when the database has been away. */
  awaySince: number | null;
  /** How often the batch or a part of it has waited in vain for a lock. */
  lockTimeouts: number;
  /** The answer to some attempt's COMMIT was lost: what became of it, only an attempt that comes to its end finds out. */
  wasLost: boolean;
}

function refused(jobs: readonly Job[], wasLost: boolean): PostResult[][] {
  const why = wasLost
    ? outcomeUnknown()
    : unavailable('資料庫暫不可用或過忙,未有任何變更', 'The database is away or too busy: nothing was done');
  return jobs.map((job) => job.tasks.map(() => ({ ok: false, problem: why })));
}

function jobOf(unit: Unit): Job {
  const { request, actor } = unit;
  const isSingle = unit.mode === 'single';
  const tasks = unit.events.map((event, index): Task => ({
    event,
    ids: idsOf(),
    keyHash: request === null ? null : requestKeyHash(actor.id, request.key, isSingle ? 0 : index + 1),
  }));
  return { unit, tasks, headerHash: request === null || isSingle ? null : requestKeyHash(actor.id, request.key) };
}

/** Items of an `each` unit stand for themselves, so that it may be written in parts while single requests wait. */
function unitParts(job: Job): readonly Job[] {
  const most = UNIT_EVENTS / BULK_SHARE;
  if (job.unit.mode !== 'each' || job.tasks.length <= most) return [job];
  return [job.tasks.slice(0, most), job.tasks.slice(most)].map((tasks) => ({ ...job, tasks }));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
