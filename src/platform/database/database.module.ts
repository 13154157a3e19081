import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/index.js';
import { openDataSource } from './data-source.js';
import { Database } from './database.js';

/** The pool of the primary, opened once for each application. */
@Global()
@Module({
  providers: [
    {
      provide: DataSource,
      inject: [Config],
      useFactory: (config: Config) =>
        openDataSource({
          url: config.databaseUrl,
          size: config.databasePoolSize,
          applicationName: 'fund-ledger',
          statementTimeoutMs: config.databaseStatementTimeoutMs,
        }),
    },
    { provide: Database, inject: [DataSource], useFactory: (dataSource: DataSource) => new Database(dataSource) },
  ],
  exports: [DataSource, Database],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Runs after requests are drained and workers have ended (`onModuleDestroy`, `beforeApplicationShutdown`). */
  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
