import type { EntityClass } from '../platform/database/entities.js';
import { Finding } from './findings/finding.entity.js';
import { Run } from './runs/run.entity.js';

/** What TypeORM maps of this room. */
export const RECONCILIATION_ENTITIES: readonly EntityClass[] = [Run, Finding];
