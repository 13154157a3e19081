import type { EntityClass } from '../platform/database/entities.js';
import { AuditEventRow } from './audit-event.entity.js';

/** What TypeORM maps of this room. */
export const AUDIT_ENTITIES: readonly EntityClass[] = [AuditEventRow];
