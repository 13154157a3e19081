import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Config } from '../config/index.js';
import { readSecret } from '../secrets/sealed-secret.js';
import { Secrets } from '../secrets/secrets.js';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import type { EntityClass } from './entities.js';

/**
 * The pool of the primary, opened once for each application. It is closed by TypeOrmModule's `onApplicationShutdown`, after requests are
 * drained and workers have ended (`onModuleDestroy`, `beforeApplicationShutdown`).
 */
@Global()
@Module({
  providers: [
    { provide: Database, inject: [DataSource], useFactory: (dataSource: DataSource) => new Database(dataSource) },
    {
      provide: Secrets,
      inject: [Database, Config],
      useFactory: (db: Database, { secretKey }: Config) => new Secrets(() => readSecret(db, secretKey)),
    },
  ],
  exports: [Database, Secrets],
})
export class DatabaseModule {
  static with(entities: readonly EntityClass[]): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => ({
            ...dataSourceOptions({
              url: config.databaseUrl,
              size: config.databasePoolSize,
              applicationName: 'fund-ledger',
              entities,
              statementTimeoutMs: config.databaseStatementTimeoutMs,
            }),
            // Who started the process is told at once, and decides.
            toRetry: () => false,
          }),
        }),
      ],
    };
  }
}
