export { AuditModule } from './audit.module.js';
export { AUDIT_ENTITIES } from './entities.js';
export { recordEvents, recordRefusal, type AuditEvent } from './record-events.js';
export { AUDIT_TABLES } from './tables.js';
