export { ReconciliationModule } from './reconciliation.module.js';
export { RunRequests } from './runs/run-requests.js';
export { inSnapshot } from './snapshot.js';
export { verifyInvariants } from './verify-invariants.js';
export { RECONCILIATION_TABLES } from './tables.js';
export { AFTER_POSTING } from './consumers.js';
export { RECONCILIATION_ENTITIES } from './entities.js';
export { RECONCILIATION_JOBS } from './jobs.js';
