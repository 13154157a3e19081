import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { UnrecoverableError, type Job as QueuedJob } from 'bullmq';
import { Config } from '../config/config.js';
import type { Job } from './job.js';
import { JobHandlers } from './job-handlers.js';
import { openWorker, type JobsWorker, type Opened } from './queue-connection.js';

/** Milliseconds a job stays a dead worker's before another may take it; renewed at half of it while the worker lives. */
const LOCK_DURATION_MS = 3_000;
const STALLED_INTERVAL_MS = 1_500;
/** Times that a job may lose its worker before it is given up: a process that stands still for seconds loses it too, and every job can run twice. */
const MAX_STALLED = 20;

/** The consumer's side of the queue. Only a process that calls `start` works on jobs. */
@Injectable()
export class JobWorker implements OnModuleDestroy {
  private readonly log = new Logger(JobWorker.name);
  private readonly closing = new AbortController();
  private worker: Opened<JobsWorker> | null = null;

  constructor(
    private readonly config: Config,
    private readonly handlers: JobHandlers,
  ) {}

  /** Proves that every job that the rooms declare has exactly one handler, does what the modules do at start, then takes jobs. */
  async start(jobs: readonly Job[]): Promise<void> {
    if (this.worker !== null) return;
    this.handlers.proveComplete(jobs);
    const opened = openWorker(this.config, (job) => this.work(job), {
      concurrency: this.config.queueConcurrency,
      lockDuration: LOCK_DURATION_MS,
      stalledInterval: STALLED_INTERVAL_MS,
      maxStalledCount: MAX_STALLED,
      // A lost notification costs at most this long (seconds).
      drainDelay: 5,
      autorun: false,
    });
    const worker = opened.side;
    this.worker = opened;
    worker.on('error', (error: Error) => this.log.warn(`Worker: ${error.message}`));
    worker.on('failed', (job, error) => {
      const text = `Job ${job?.name ?? '?'} ${job?.id ?? '?'}, attempt ${job?.attemptsMade ?? 0}: ${error.message}`;
      if (this.closing.signal.aborted) this.log.log(`${text}; another worker goes on with it`);
      else this.log.error(text);
    });
    await worker.waitUntilReady();
    for (const begin of this.handlers.starts()) await begin();
    worker
      .run()
      .catch((error: unknown) => this.log.error(`Worker stopped: ${error instanceof Error ? error.message : 'unknown'}`));
  }

  private async work(job: QueuedJob): Promise<void> {
    const handler = this.handlers.of(job.name);
    if (handler === undefined) throw new UnrecoverableError(`Job ${job.name} is not known to this version`);
    await handler(job.data, {
      attempt: job.attemptsMade + 1,
      signal: this.closing.signal,
      remember: async (data) => job.updateData(data),
    });
  }

  /** Takes no more jobs, asks the running ones to stop, and waits for them. */
  async onModuleDestroy(): Promise<void> {
    this.closing.abort(new Error('The process closes'));
    if (this.worker === null) return;
    const opened = this.worker;
    const worker = opened.side;
    this.worker = null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => resolve(worker.close(true)), this.config.shutdownTimeoutMs);
    });
    await Promise.race([worker.close(), late]);
    clearTimeout(timer);
    await opened.end().catch(() => undefined);
  }
}
