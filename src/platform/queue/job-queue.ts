import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

import { Config } from '../config/config.js';
import { KEPT_JOBS, type Job } from './job.js';
import { openQueue, type JobsQueue, type Opened } from './queue-connection.js';

/** How a job is added. */
export interface JobOptions {
  /** While a job with this id waits or runs, another is not added. */
  readonly deduplicationId?: string;
  /** One that arrives while its like is running runs once more after it; otherwise it would be lost. */
  readonly keepLastIfActive?: boolean;
  /** Milliseconds before it may start. */
  readonly delayMs?: number;
}

/** Jobs by state, for metrics. */
export type QueueDepth = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;

/** Milliseconds after which a queue that does not answer counts as away. */
const ANSWER_TIMEOUT_MS = 3_000;

/** The producer's side of the queue. Money state never lives here: what is lost here is added again from the database. */
@Injectable()
export class JobQueue implements OnApplicationShutdown {
  private readonly log = new Logger(JobQueue.name);
  private readonly opened: Opened<JobsQueue>;
  private readonly queue: JobsQueue;
  /** How to say each schedule again. */
  private readonly schedules = new Map<string, () => Promise<void>>();

  constructor(config: Config) {
    this.opened = openQueue(config, {
      defaultJobOptions: { removeOnComplete: KEPT_JOBS.completed, removeOnFail: KEPT_JOBS.failed, stackTraceLimit: 5 },
    });
    this.queue = this.opened.side;
    // Without a listener a lost connection would end the process; BullMQ connects again by itself.
    this.queue.on('error', (error: Error) => this.log.warn(`Queue: ${error.message}`));
  }

  /** Adds a job. Rejects when the queue is away. */
  async add<Data extends object>(job: Job<Data>, data: Data, options: JobOptions = {}): Promise<void> {
    await inTime(
      this.queue.add(job.name, data, {
        ...triesOf(job),
        delay: options.delayMs ?? 0,
        ...(options.deduplicationId === undefined
          ? {}
          : { deduplication: { id: options.deduplicationId, keepLastIfActive: options.keepLastIfActive ?? false } }),
      }),
    );
  }

  /** Adds a job again and again, by cron pattern in a time zone. Saying the same twice changes nothing. */
  async schedule<Data extends object>(job: Job<Data>, data: Data, pattern: string, timeZone: string): Promise<void> {
    const { name } = job;
    const say = async (): Promise<void> => {
      await inTime(this.queue.upsertJobScheduler(name, { pattern, tz: timeZone }, { name, data, opts: triesOf(job) }));
    };
    this.schedules.set(name, say);
    await say();
  }

  /**
   * Whether the queue has lost what it held (a Redis that came back empty): then a schedule that this process keeps is gone, and is said
   * again. Rejects when the queue is away.
   */
  async restore(): Promise<boolean> {
    let wasLost = false;
    for (const [name, say] of this.schedules) {
      if (isThere(await inTime(this.queue.getJobScheduler(name)))) continue;
      await say();
      wasLost = true;
    }
    return wasLost;
  }

  /** How many jobs wait, run and have failed. Rejects when the queue is away. */
  async depth(): Promise<QueueDepth> {
    const counts = await inTime(this.queue.getJobCounts('waiting', 'active', 'delayed', 'failed'));
    return {
      waiting: counts.waiting ?? 0,
      active: counts.active ?? 0,
      delayed: counts.delayed ?? 0,
      failed: counts.failed ?? 0,
    };
  }

  /** Whether the queue answers. */
  async healthy(): Promise<boolean> {
    return this.depth().then(
      () => true,
      () => false,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await inTime(this.queue.close()).catch(() => this.queue.disconnect());
    await inTime(this.opened.end()).catch(() => undefined);
  }
}

/** BullMQ's types say that a scheduler is always found. */
function isThere(scheduler: unknown): boolean {
  return scheduler !== undefined && scheduler !== null;
}

function triesOf({ attempts, backoffMs }: Job) {
  return { attempts, backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 } } as const;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The queue does not answer')), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
