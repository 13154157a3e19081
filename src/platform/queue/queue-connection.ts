import {
  createPostgresBackend,
  createRedisBackend,
  isPgPool,
  withBackend,
  type BackendFactory,
  type PgPool,
  type IQueueBackend,
  type Processor,
  type QueueOptions,
  type RedisOptions,
  type WorkerOptions,
} from 'bullmq';
import pg from 'pg';
import { connectionOptions } from '../database/connection-options.js';
import { QUEUE_NAME, QUEUE_SCHEMA } from './queue-schema.js';

/** Where the queue lives: PostgreSQL unless a Redis is named. */
export interface QueueTarget {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
}

/** What BullMQ is given. */
type Connection = { readonly pool: PgPool } | { readonly redisUrl: string };

/** A side of the queue, and how its connections are closed after it. */
export interface Opened<T> {
  readonly side: T;
  end(): Promise<void>;
}

/** Connections of one queue or worker to PostgreSQL, the one that listens included: adding and fetching are short. */
export const QUEUE_POOL_SIZE = 5;
/** Milliseconds until a connection that does not come up counts as away. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * One code path for both backends: the target is the connection, and the backend is chosen where it is built.
 * Plain BullMQ rather than @nestjs/bullmq, which knows no backend and starts a worker in every process that has the handler.
 */
const chooseBackend: BackendFactory<IQueueBackend, Connection> = (name, { connection, ...options }, factory) =>
  'pool' in connection
    ? createPostgresBackend(name, { ...options, connection: connection.pool }, factory)
    : createRedisBackend(
        name,
        { ...options, connection: redis(connection.redisUrl, factory?.withBlockingConnection ?? false) },
        factory,
      );

const bull = withBackend(chooseBackend);

/** The queue, seen by who adds jobs. */
export type JobsQueue = InstanceType<typeof bull.Queue>;
/** The queue, seen by who does them. */
export type JobsWorker = InstanceType<typeof bull.Worker>;

/** Opens the producer's side. Answers how its connections are closed after it. */
export function openQueue(target: QueueTarget, options: Omit<QueueOptions, 'connection' | 'prefix'>): Opened<JobsQueue> {
  const connection = connectionTo(target);
  return opened(connection, new bull.Queue(QUEUE_NAME, { ...options, connection, prefix: prefixOf(target) }));
}

/** Opens the consumer's side. */
export function openWorker(
  target: QueueTarget,
  processor: Processor,
  options: Omit<WorkerOptions, 'connection' | 'prefix'>,
): Opened<JobsWorker> {
  const connection = connectionTo(target);
  return opened(connection, new bull.Worker(QUEUE_NAME, processor, { ...options, connection, prefix: prefixOf(target) }));
}

function opened<T>(connection: Connection, side: T): Opened<T> {
  return { side, end: async () => ('pool' in connection ? connection.pool.end() : undefined) };
}

/**
 * A pool of BullMQ's own, with pg's default types: ours read bigint as bigint, which its statements do not expect. Where its tables are is
 * said by a statement: poolers refuse it in the greeting, where BullMQ would put it.
 */
function connectionTo({ databaseUrl, redisUrl }: QueueTarget): Connection {
  if (redisUrl !== null) return { redisUrl };
  const options = {
    ...connectionOptions(databaseUrl),
    max: QUEUE_POOL_SIZE,
    application_name: 'fund-ledger-queue',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    onConnect: findTables,
  };
  const pool = new pg.Pool(options);
  // A connection that breaks while nobody uses it is replaced on the next use.
  pool.on('error', () => undefined);
  const known: unknown = pool;
  if (!isPgPool(known)) throw new Error('BullMQ does not know the pool');
  return { pool: known };
}

/** pg waits for it, though its types say nothing of that. */
async function findTables(client: pg.ClientBase): Promise<void> {
  await client.query(`SET search_path = ${QUEUE_SCHEMA}`);
}

/** A producer fails at once when Redis is away (the outbox keeps the work); a worker waits for it. */
function redis(url: string, waits: boolean): RedisOptions {
  return waits
    ? { url, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: null }
    : { url, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: 1 };
}

function databaseOf(databaseUrl: string): string {
  return new URL(connectionOptions(databaseUrl).connectionString).pathname.slice(1);
}

/** One Redis may serve several deployments: the database's name keeps their jobs apart. */
function prefixOf(target: QueueTarget): string {
  return `fund-ledger:${databaseOf(target.databaseUrl)}`;
}
