import { setTimeout } from 'node:timers/promises';
import { CommitLost, isDatabaseAway } from '../../platform/database/away.js';
import type { Engine } from './engine.js';
import { isLockTimeout, isRace } from './failures.js';
import type { Job } from './job.js';
import { BATCH_MS, LOCK_TIMEOUTS } from './limits.js';
import { databaseAway, refuseAll } from './refusals.js';
import type { PostResult } from './unit.js';
import { postWidening } from './widen.js';

/** How long one batch and its parts may go on. */
export interface Patience {
  /** When races are no longer repeated, on the clock of `performance`. */
  readonly until: number;
  /** Since when the database has been away. */
  awaySince: number | null;
  /** How often the batch or a part of it has waited in vain for a lock. */
  lockTimeouts: number;
  /** The answer to an attempt's COMMIT was lost: whether it was committed is known only after another attempt has completed. */
  wasLost: boolean;
}

/** The same limits for a batch of any size. */
export function patience(): Patience {
  return { until: performance.now() + BATCH_MS, awaySince: null, lockTimeouts: 0, wasLost: false };
}

/**
 * Repeats a batch after lost races, and while the database is away. A connection lost at COMMIT needs no other path: the next attempt
 * takes the same locks, finds the keys that were committed, and posts only what is absent. Throws what only a smaller batch can mend.
 */
export async function postWithRetries(
  engine: Engine,
  fund: string,
  jobs: readonly Job[],
  left: Patience,
): Promise<PostResult[][]> {
  const giveUp = (): PostResult[][] => jobs.map((job) => refuseAll(job, databaseAway(left.wasLost)));
  let repeats = 0;
  for (;;) {
    try {
      const results = await postWidening(engine, fund, jobs);
      left.awaySince = null;
      return results;
    } catch (error) {
      const now = performance.now();
      if (isDatabaseAway(error)) {
        left.wasLost ||= error instanceof CommitLost;
        left.awaySince ??= now;
        if (now - left.awaySince > engine.limits.postingWaitMs) return giveUp();
        await setTimeout(20 + Math.random() * 100);
        continue;
      }
      if (!isRace(error)) {
        // A fault says nothing of the attempt before it, whose COMMIT was sent.
        if (left.wasLost) return giveUp();
        throw error;
      }
      if (isLockTimeout(error)) left.lockTimeouts += 1;
      if (now > left.until || left.lockTimeouts > LOCK_TIMEOUTS) return giveUp();
      if (jobs.length > 1 && isLockTimeout(error)) throw error;
      if (repeats >= engine.limits.postingRetryLimit) {
        if (jobs.length === 1) return giveUp();
        throw error;
      }
      repeats += 1;
      await setTimeout(Math.random() * 10 * repeats);
    }
  }
}
