import { DataSource, type DataSourceOptions } from 'typeorm';
import { CONNECTION_TYPES } from './connection-types.js';
import { PostgresNames, type EntityClass } from './entities.js';
import { PoolClient } from './pool-client.js';

/** How a pool is opened. */
export interface PoolOptions {
  readonly url: string;
  /** Most connections that the pool holds. */
  readonly size: number;
  /** Seen in pg_stat_activity. */
  readonly applicationName: string;
  /** What TypeORM maps; none: statements alone. */
  readonly entities?: readonly EntityClass[];
  /** Most milliseconds that one statement may run; 0: no limit. */
  readonly statementTimeoutMs?: number;
  /** The connections' own class. Default: PoolClient. */
  readonly client?: typeof PoolClient;
}

/** TypeORM's options for the pool of our own connections. The schema is the migrations' alone: nothing is ever synchronized. */
export function dataSourceOptions(options: PoolOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    entities: [...(options.entities ?? [])],
    namingStrategy: new PostgresNames(),
    synchronize: false,
    logging: false,
    poolSize: options.size,
    connectTimeoutMS: 10_000,
    // An idle connection that breaks (the database restarts) is replaced on the next use; the caller's own statement reports the fault.
    poolErrorHandler: () => undefined,
    extra: {
      Client: options.client ?? PoolClient,
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
  };
}

/** An opened TypeORM DataSource. Close it with `destroy()`. */
export function openDataSource(options: PoolOptions): Promise<DataSource> {
  return new DataSource(dataSourceOptions(options)).initialize();
}
