import type { Logger } from 'pino';
import type { Config } from './platform/config/index.js';
import { connectionAdvice } from './platform/database/start-checks.js';
import { QUEUE_POOL_SIZE } from './platform/queue/queue-connection.js';

/** Beside its pools a worker listens on one connection, and holds the locks of its runs on another. */
const WORKER_EXTRA = 2;

/** What a process does that needs connections of its own. */
interface Does {
  readonly jobs: boolean;
  readonly reports: boolean;
}

/** Connections to PostgreSQL that a process may ask for at most. A queue on Redis needs none. */
export function connectionsOf(config: Config, does: Does): number {
  const queuePool = config.redisUrl === null ? QUEUE_POOL_SIZE : 0;
  const reportsPool = does.reports ? config.reportsAtOnce : 0;
  return config.databasePoolSize + reportsPool + queuePool + (does.jobs ? queuePool + WORKER_EXTRA : 0);
}

/** Says at start that the server can't give what the settings may ask for: it would be found out under load, at night. */
export async function warnOfConnections(config: Config, logger: Logger, does: Does): Promise<void> {
  const advice = await connectionAdvice(config.databaseUrl, connectionsOf(config, does));
  if (advice !== null) logger.warn(advice);
}
