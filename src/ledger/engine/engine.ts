import type { Config } from '../../platform/config/index.js';
import type { Database } from '../../platform/database/database.js';
import type { Metrics } from '../../platform/metrics/index.js';
import type { OutboxBell } from '../../platform/outbox/outbox-bell.js';
import type { Directory } from '../store/directory.js';

/** What the loops of the engine work with. */
export interface Engine {
  readonly database: Database;
  readonly directory: Directory;
  readonly bell: OutboxBell;
  readonly metrics: Metrics;
  readonly limits: Config;
}
