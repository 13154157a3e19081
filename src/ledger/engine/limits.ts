import type { Config } from '../../platform/config/index.js';

/** The engine's limits that are settings: events in one transaction, events that may wait, how long, repeats after a lost race. */
export type PostingLimits = Pick<Config, 'postingBatchLimit' | 'postingQueueLimit' | 'postingWaitMs' | 'postingRetryLimit'>;

/** Most events of one request (api.md: a batch of 1 to 1,000). */
export const UNIT_EVENTS = 1_000;

/** Bulk units get at most half of a batch while single ones wait, so that a thousand awards don't hold up a desk. */
export const BULK_SHARE = 2;

/** A batch of so many events is not made smaller: below, what a commit costs outweighs what two halves gain by overlapping. */
export const SMALL_BATCH = 32;

/** Units answered in one turn of the event loop. */
export const ANSWERS_AT_ONCE = 8;

/** How often the waiting units are looked over for those that waited too long, milliseconds. */
export const SWEEP_MS = 250;

/**
 * Repeats of a batch, or of its stuck units, after a lock timeout: each has already cost the whole timeout (2 s), and units waiting behind
 * it may need no such lock.
 */
export const LOCK_TIMEOUTS = 1;

/** How long a batch and its parts are repeated after races, milliseconds; after that they are refused, though a lock may still be held. */
export const BATCH_MS = 8_000;

/** Most times that a batch begins again with wider locks, or reads more within a transaction: each round meets every need found, so a few do. */
export const MAX_ROUNDS = 8;
