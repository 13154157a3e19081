import { Module } from '@nestjs/common';
import { JobHandlers } from './job-handlers.js';
import { JobQueue } from './job-queue.js';
import { JobWorker } from './job-worker.js';

/** BullMQ on PostgreSQL, or on Redis when one is named. */
@Module({ providers: [JobQueue, JobHandlers, JobWorker], exports: [JobQueue, JobHandlers, JobWorker] })
export class QueueModule {}
