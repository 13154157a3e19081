import { Module } from '@nestjs/common';
import { OutboxBell } from './outbox-bell.js';
import { OutboxRelay } from './outbox-relay.js';
import { QueueModule } from '../queue/queue.module.js';

/** From the posting transaction to the queue. */
@Module({ imports: [QueueModule], providers: [OutboxBell, OutboxRelay], exports: [OutboxBell, OutboxRelay] })
export class OutboxModule {}
