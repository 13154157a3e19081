import type { Problem } from '../../kernel/index.js';
import type { Job } from './job.js';
import { ANSWERS_AT_ONCE, BULK_SHARE, SMALL_BATCH, SWEEP_MS, type PostingLimits } from './limits.js';
import { refuseAll, stillRunning, unavailable } from './refusals.js';
import type { Outcomes } from './split.js';
import type { PostResult } from './unit.js';

/** A unit, or a part of one, that waits for its turn. */
interface Waiting {
  readonly job: Job;
  readonly since: number;
  readonly resolve: (results: readonly PostResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue of one fund in this process. Units that arrive while a batch is being written wait together; when it commits, they are
 * the next batch. No timer, no added delay: a lone request is a batch of one.
 */
export class Lane {
  private singles: Waiting[] = [];
  private bulk: Waiting[] = [];
  private waitingEvents = 0;
  private running: readonly Waiting[] = [];
  private busy = false;
  /** The last batch had more of bulk units than their share: single ones come first in the next. */
  private isBulkAhead = false;
  /** Batches whose answers are being given. */
  private answering = 0;
  private sweeper: NodeJS.Timeout | null = null;

  constructor(
    /** Posts a batch. */
    private readonly post: (jobs: readonly Job[]) => Promise<Outcomes>,
    private readonly limits: PostingLimits,
  ) {}

  /** Queues a unit in its parts, all of them or none, and answers the results of all in order. */
  async submit(parts: readonly Job[]): Promise<readonly PostResult[]> {
    const events = parts.reduce((total, job) => total + job.tasks.length, 0);
    if (this.waitingEvents + events > this.limits.postingQueueLimit) {
      const full = unavailable('等候入賬的請求過多,請稍後再試', 'Too much is waiting to be posted: try again shortly');
      return parts.flatMap((job) => refuseAll(job, full));
    }
    return (await Promise.all(parts.map((job) => this.queue(job)))).flat();
  }

  /** Resolves when nothing waits or runs any more. */
  async drain(): Promise<void> {
    while (this.busy || this.answering > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private queue(job: Job): Promise<readonly PostResult[]> {
    return new Promise((resolve, reject) => {
      (job.unit.mode === 'single' ? this.singles : this.bulk).push({ job, since: performance.now(), resolve, reject });
      this.waitingEvents += job.tasks.length;
      if (!this.busy) void this.run();
      else this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    });
  }

  private async run(): Promise<void> {
    this.busy = true;
    // What arrives in the same turn of the event loop is one batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      this.running = batch;
      try {
        void this.answer(batch, await this.post(batch.map((waiting) => waiting.job)));
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
    }
    this.running = [];
    this.busy = false;
    if (this.sweeper !== null) clearInterval(this.sweeper);
    this.sweeper = null;
  }

  /**
   * Answers a few units at a time: what they do with their answers takes longer than deciding the next batch, which PostgreSQL would
   * otherwise wait for.
   */
  private async answer(batch: readonly Waiting[], outcomes: Outcomes): Promise<void> {
    this.answering += 1;
    for (const [position, waiting] of batch.entries()) {
      if (position > 0 && position % ANSWERS_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      const outcome = outcomes[position];
      if (outcome === undefined || outcome instanceof Error) waiting.reject(outcome ?? new Error('A unit got no results'));
      else waiting.resolve(outcome);
    }
    this.answering -= 1;
  }

  /**
   * The next batch: first come first, at most `postingBatchLimit` events, bulk units within their share while single ones wait. A unit
   * that is larger than its share is taken all the same, or it would wait for ever; the next batch then takes single ones first, so that they
   * still get half.
   */
  private take(): Waiting[] {
    const batch: Waiting[] = [];
    const limit = this.nextLimit();
    const share = Math.ceil(limit / BULK_SHARE);
    const bulkShare = this.singles.length > 0 ? share : limit;
    if (this.isBulkAhead) this.fill(batch, this.singles, limit);
    const singles = eventsOf(batch);
    this.fill(batch, this.bulk, Math.min(bulkShare, limit - singles));
    this.isBulkAhead = eventsOf(batch) - singles > share;
    this.fill(batch, this.singles, limit - eventsOf(batch));
    return batch;
  }

  /**
   * Events of the next batch at most: half of those that wait or are being written, and no fewer than 32. While PostgreSQL writes one
   * half, this process answers and reads the other, where otherwise each would wait for the other's whole work. Those being written
   * count, because a client that gets its answer sends its next request before long.
   */
  private nextLimit(): number {
    const half = Math.ceil((this.waitingEvents + eventsOf(this.running)) / 2);
    return Math.min(this.limits.postingBatchLimit, Math.max(SMALL_BATCH, half));
  }

  /** Moves units from the queue to the batch while they fit into the room; into an empty batch one at least. */
  private fill(batch: Waiting[], queue: Waiting[], room: number): void {
    let left = room;
    for (let [next] = queue; next !== undefined; [next] = queue) {
      const events = next.job.tasks.length;
      if (events > left && batch.length > 0) return;
      queue.shift();
      batch.push(next);
      left -= events;
      this.waitingEvents -= events;
    }
  }

  private sweep(): void {
    const late = performance.now() - this.limits.postingWaitMs;
    this.singles = this.withoutLate(this.singles, late);
    this.bulk = this.withoutLate(this.bulk, late);
  }

  private withoutLate(queue: readonly Waiting[], late: number): Waiting[] {
    return queue.filter((waiting) => {
      if (waiting.since > late) return true;
      this.waitingEvents -= waiting.job.tasks.length;
      waiting.resolve(refuseAll(waiting.job, this.tooLate(waiting)));
      return false;
    });
  }

  private tooLate(waiting: Waiting): Problem {
    const key = keyOf(waiting.job);
    const { unit } = waiting.job;
    // Another part of the unit has its key too, but is no other request.
    const first = [...this.running, ...this.singles, ...this.bulk].find(({ job }) => job.unit !== unit && keyOf(job) === key);
    if (key !== null && first !== undefined && first.since <= waiting.since) {
      return stillRunning();
    }
    return unavailable('等候入賬逾時,未有任何變更', 'Waited too long to be posted: nothing was done');
  }
}

function eventsOf(batch: readonly Waiting[]): number {
  return batch.reduce((total, { job }) => total + job.tasks.length, 0);
}

function keyOf(job: Job): string | null {
  return job.headerHash ?? job.tasks[0]?.keyHash ?? null;
}
