import { Module } from '@nestjs/common';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { ForgetAnswers } from './forget-answers.js';
import { Directory } from './store/directory.js';
import { Ledger } from './ledger.js';
import { MetricsModule } from '../platform/metrics/index.js';

/** The ledger, for every room. */
@Module({
  imports: [OutboxModule, MetricsModule, QueueModule],
  providers: [Directory, Ledger, ForgetAnswers],
  exports: [Directory, Ledger],
})
export class LedgerModule {}
