import {
  createPostgresBackend,
  createRedisBackend,
  withBackend,
  type BackendFactory,
  type IQueueBackend,
  type PostgresConnectionOptions,
  type Processor,
  type QueueOptions,
  type RedisOptions,
  type WorkerOptions,
} from 'bullmq';
import { QUEUE_NAME, QUEUE_SCHEMA } from './queue-schema.js';

/** Where the queue lives: PostgreSQL unless a Redis is named. */
export interface QueueTarget {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
}

/** Connections of one queue or worker to PostgreSQL, beside the one that listens: adding and fetching are short. */
const POOL_SIZE = 4;
/** Milliseconds until a connection that does not come up counts as away. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * One code path for both backends: the target is the connection, and the backend is chosen where it is built.
 * Plain BullMQ rather than @nestjs/bullmq, which knows no backend and starts a worker in every process that has the handler.
 */
const chooseBackend: BackendFactory<IQueueBackend, QueueTarget> = (name, options, factory) =>
  options.connection.redisUrl === null
    ? createPostgresBackend(name, { ...options, connection: postgres(options.connection) }, factory)
    : createRedisBackend(
        name,
        {
          ...options,
          connection: redis(options.connection.redisUrl, factory?.withBlockingConnection ?? false),
        },
        factory,
      );

const bull = withBackend(chooseBackend);

/** The queue, seen by who adds jobs. */
export type JobsQueue = InstanceType<typeof bull.Queue>;
/** The queue, seen by who does them. */
export type JobsWorker = InstanceType<typeof bull.Worker>;

/** Opens the producer's side. */
export function openQueue(target: QueueTarget, options: Omit<QueueOptions, 'connection' | 'prefix'>): JobsQueue {
  return new bull.Queue(QUEUE_NAME, { ...options, connection: target, prefix: prefixOf(target) });
}

/** Opens the consumer's side. */
export function openWorker(
  target: QueueTarget,
  processor: Processor,
  options: Omit<WorkerOptions, 'connection' | 'prefix'>,
): JobsWorker {
  return new bull.Worker(QUEUE_NAME, processor, { ...options, connection: target, prefix: prefixOf(target) });
}

/** BullMQ has a pool of its own with pg's default types: ours read bigint as bigint, which its statements do not expect. */
function postgres(target: QueueTarget): PostgresConnectionOptions {
  return {
    connectionString: target.databaseUrl,
    schema: QUEUE_SCHEMA,
    max: POOL_SIZE,
    application_name: 'fund-ledger-queue',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

/** A producer fails at once when Redis is away (the outbox keeps the work); a worker waits for it. */
function redis(url: string, waits: boolean): RedisOptions {
  return waits
    ? { url, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: null }
    : { url, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: 1 };
}

/** One Redis may serve several deployments: the database's name keeps their jobs apart. */
function prefixOf(target: QueueTarget): string {
  return `fund-ledger:${new URL(target.databaseUrl).pathname.slice(1)}`;
}
