import { Module } from '@nestjs/common';
import { HttpModule } from '../platform/http/index.js';
import { MetricsModule } from '../platform/metrics/index.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { Indexer } from './indexing/indexer.js';
import { SearchController } from './search.controller.js';

/** What people look for, found whatever its script and spelling. */
@Module({
  imports: [HttpModule, MetricsModule, OutboxModule, QueueModule],
  controllers: [SearchController],
  providers: [Indexer],
  exports: [Indexer],
})
export class SearchModule {}
