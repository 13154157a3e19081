import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Cursors } from './lists/cursors.js';
import { IdempotentWrites } from './writes/idempotent-writes.js';

/** What controllers of every room use at the edge. `configureHttp` does the rest. */
@Module({ imports: [DiscoveryModule], providers: [Cursors, IdempotentWrites], exports: [Cursors, IdempotentWrites] })
export class HttpModule {}
