import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { QueueModule } from '../queue/queue.module.js';

/** Health of this process. */
@Module({ imports: [QueueModule], providers: [Readiness], controllers: [HealthController], exports: [Readiness] })
export class HealthModule {}
