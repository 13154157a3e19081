import { Module } from '@nestjs/common';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { Directory } from './store/directory.js';
import { Ledger } from './ledger.js';
import { MetricsModule } from '../platform/metrics/index.js';

/** The ledger, for every room. */
@Module({ imports: [OutboxModule, MetricsModule], providers: [Directory, Ledger], exports: [Directory, Ledger] })
export class LedgerModule {}
