import { Module, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { JobQueue } from '../queue/job-queue.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { QueueModule } from '../queue/queue.module.js';

const OLDEST = 'SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8 AS age FROM outbox';

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
    this.metrics.gauge(
      'fund_database_connections',
      'Connections of this process that are lent now, and that its pool may have.',
      ['state'],
      async () => [
        { labels: { state: 'lent' }, value: this.db.lent },
        { labels: { state: 'most' }, value: this.db.most },
      ],
    );
    this.metrics.gauge(
      'fund_outbox_oldest_seconds',
      'Age of the oldest outbox row that no worker has taken yet; 0: none waits.',
      [],
      async () => (await this.db.rows<{ age: number }>(OLDEST)).map(({ age }) => ({ labels: {}, value: age })),
    );
    this.metrics.gauge('fund_outbox_rows', 'Outbox rows that no worker has taken yet.', [], async () =>
      (await this.db.rows<{ count: number }>('SELECT count(*)::integer AS count FROM outbox')).map(({ count }) => ({
        labels: {},
        value: count,
      })),
    );
  }
}
