import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Job } from '../platform/queue/job.js';
import { JobHandlers } from '../platform/queue/job-handlers.js';
import { JobQueue } from '../platform/queue/job-queue.js';
import { forgetPiece, PIECE } from './store/forget-answers.sql.js';

/** Forgets what requests were answered with more than 400 days ago. */
export const FORGET_ANSWERS: Job<Readonly<Record<string, never>>> = { name: 'forget-answers', attempts: 3, backoffMs: 60_000 };

/** At night, an hour after the nightly reconciliation. */
const SCHEDULE = '0 3 * * *';
const TIME_ZONE = 'Asia/Shanghai';
/** Rest between two pieces, milliseconds. */
const REST_MS = 50;

/** Who sees to it that the keys of requests don't grow for ever. */
@Injectable()
export class ForgetAnswers implements OnModuleInit {
  private readonly log = new Logger(ForgetAnswers.name);

  constructor(
    private readonly db: Database,
    private readonly queue: JobQueue,
    private readonly handlers: JobHandlers,
  ) {}

  onModuleInit(): void {
    this.handlers.handle(FORGET_ANSWERS, async (_, { signal }) => {
      const forgotten = await this.forget(signal);
      if (forgotten > 0) this.log.log(`Forgot ${forgotten} keys and pages of answers`);
    });
    this.handlers.atStart(() =>
      this.queue.schedule(FORGET_ANSWERS, {}, SCHEDULE, TIME_ZONE).catch((error: unknown) => {
        this.log.warn(error instanceof Error ? error.message : 'unknown fault');
      }),
    );
  }

  /** Forgets piece after piece. Answers how many rows; what is left when it is told to stop waits for the next night. */
  async forget(signal?: AbortSignal): Promise<number> {
    let forgotten = 0;
    while (signal?.aborted !== true) {
      const { keys, pages } = await forgetPiece(this.db);
      forgotten += keys + pages;
      if (keys < PIECE && pages < PIECE) break;
      await setTimeout(REST_MS);
    }
    return forgotten;
  }
}
