import { Global, Module } from '@nestjs/common';
import { OutboxBell } from './outbox-bell.js';
import { OutboxRelay } from './outbox-relay.js';

/** From the posting transaction to the queue. */
@Global()
@Module({ providers: [OutboxBell, OutboxRelay], exports: [OutboxBell, OutboxRelay] })
export class OutboxModule {}
