/** Most events in one posting transaction (architecture §3.1). */
export const BATCH_EVENTS = 1_000;
/** Most of them from bulk units while single ones wait, so that a batch of a thousand doesn't hold up a desk. */
export const BULK_EVENTS_BESIDE_SINGLES = 500;
/** Most events that may wait for a fund; beyond it the answer is 503, not a longer queue. */
export const WAITING_EVENTS = 10_000;
/** Longest that a unit waits for its turn, milliseconds. */
export const WAITING_MS = 5_000;
/** How often the waiting units are looked over for that, milliseconds. */
export const SWEEP_MS = 250;
/** Repeats of a batch after a lost race, a deadlock or a lock timeout. */
export const REPEATS = 5;
/** How long a batch is repeated while the database can't be reached, milliseconds. */
export const AWAY_MS = 5_000;
