import { DataSource } from 'typeorm';
import { CONNECTION_TYPES } from './database.js';
import { PoolClient } from './pool-client.js';

/** How a pool is opened. */
export interface PoolOptions {
  readonly url: string;
  /** Most connections that the pool holds. */
  readonly size: number;
  /** Seen in pg_stat_activity. */
  readonly applicationName: string;
  /** Most milliseconds that one statement may run; 0: no limit. */
  readonly statementTimeoutMs?: number;
}

/** An opened TypeORM DataSource: the pool of our own connections. Close it with `destroy()`. */
export async function openDataSource(options: PoolOptions): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    synchronize: false,
    logging: false,
    poolSize: options.size,
    connectTimeoutMS: 10_000,
    // An idle connection that breaks (the database restarts) is replaced on the next use; the caller's own statement reports the fault.
    poolErrorHandler: () => undefined,
    extra: {
      Client: PoolClient,
      types: CONNECTION_TYPES,
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs ?? 0,
      keepAlive: true,
      // Statements may be sent without waiting for the answers of those before (the posting engine's writes); nothing of ours reads by
      // cursors, which could not be.
      pipeline: true,
      // A prepared statement is planned for the values of each call: a plan made while the tables were empty would otherwise be kept and
      // read whole tables once they are large (seen: a report 1.5 s instead of 30 s). The posting engine turns it off for its own.
      options: '-c plan_cache_mode=force_custom_plan',
    },
  });
  return dataSource.initialize();
}
