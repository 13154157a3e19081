import { Module, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { JobQueue } from '../queue/job-queue.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { QueueModule } from '../queue/queue.module.js';

/** `/metrics`, and the gauges that are read from the database and the queue. */
@Module({ imports: [QueueModule], providers: [Metrics], controllers: [MetricsController], exports: [Metrics] })
export class MetricsModule implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly db: Database,
    private readonly queue: JobQueue,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge('fund_queue_jobs', 'Jobs of the queue by state.', ['state'], async () =>
      Object.entries(await this.queue.depth()).map(([state, value]) => ({ labels: { state }, value })),
    );
    this.metrics.gauge('fund_outbox_rows', 'Outbox rows that no worker has taken yet.', [], async () =>
      (await this.db.rows<{ count: number }>('SELECT count(*)::integer AS count FROM outbox')).map(({ count }) => ({
        labels: {},
        value: count,
      })),
    );
  }
}
