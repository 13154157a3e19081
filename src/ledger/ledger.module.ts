import { Global, Module } from '@nestjs/common';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { Directory } from './store/directory.js';
import { Ledger } from './ledger.js';

/** The ledger, for every room. */
@Global()
@Module({ imports: [OutboxModule], providers: [Directory, Ledger], exports: [Directory, Ledger] })
export class LedgerModule {}
