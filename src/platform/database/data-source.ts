import { DataSource, type DataSourceOptions } from 'typeorm';
import { connectionOptions } from './connection-options.js';
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
  /**
   * Most milliseconds that one statement may run; 0: no limit. A statement that is not answered some seconds after that has lost its
   * connection: the host went without a word, and TCP alone would wait for a quarter of an hour.
   */
  readonly statementTimeoutMs?: number;
  /** The connections' own class. Default: PoolClient. */
  readonly client?: typeof PoolClient;
}

/** Milliseconds within which the answer arrives of a statement that the server has ended. */
const ANSWER_MARGIN_MS = 3_000;
/** Connections that stay open when nobody uses them. */
const KEPT_CONNECTIONS = 4;
/** Milliseconds of silence after which TCP asks whether the other end is still there. */
const KEEP_ALIVE_DELAY_MS = 10_000;

/** TypeORM's options for the pool of our own connections. The schema is the migrations' alone: nothing is ever synchronized. */
export function dataSourceOptions(options: PoolOptions): DataSourceOptions {
  const { statementTimeoutMs = 0 } = options;
  const { connectionString, ...way } = connectionOptions(options.url);
  return {
    type: 'postgres',
    url: connectionString,
    entities: [...(options.entities ?? [])],
    namingStrategy: new PostgresNames(),
    synchronize: false,
    logging: false,
    poolSize: options.size,
    connectTimeoutMS: 10_000,
    // An idle connection that breaks (the database restarts) is replaced on the next use; the caller's own statement reports the fault.
    poolErrorHandler: () => undefined,
    extra: {
      ...way,
      // Kept open when idle: a server that has no connection left to give doesn't stop who has one.
      min: Math.min(KEPT_CONNECTIONS, options.size),
      Client: options.client ?? PoolClient,
      types: CONNECTION_TYPES,
      application_name: options.applicationName,
      query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + ANSWER_MARGIN_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
      // Statements may be sent without waiting for the answers of those before (the posting engine's writes); nothing of ours reads by
      // cursors, which could not be.
      pipeline: true,
      // Said by a statement, not with the greeting: poolers drop what they don't know there, or refuse it.
      onConnect: (client: PoolClient) => client.query(sessionSettings(statementTimeoutMs)),
    },
  };
}

/**
 * A prepared statement is planned for the values of each call: a plan made while the tables were empty would otherwise be kept and read
 * whole tables once they are large (seen: a report 1.5 s instead of 30 s). The posting engine turns it off for its own.
 */
function sessionSettings(statementTimeoutMs: number): string {
  return `SET plan_cache_mode = force_custom_plan; SET statement_timeout = ${statementTimeoutMs}`;
}

/** An opened TypeORM DataSource. Close it with `destroy()`. */
export function openDataSource(options: PoolOptions): Promise<DataSource> {
  return new DataSource(dataSourceOptions(options)).initialize();
}
