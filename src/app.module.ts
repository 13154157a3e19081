import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, ConfigModule } from './platform/config/index.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HealthModule } from './platform/health/index.js';
import { MetricsModule } from './platform/metrics/index.js';
import { QueueModule } from './platform/queue/queue.module.js';

/** Everything, for each of the ways to start: HTTP, jobs, command line. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // platform
        ConfigModule.with(config),
        DatabaseModule,
        QueueModule,
        MetricsModule,
        HealthModule,
        // rooms
      ],
    };
  }
}
