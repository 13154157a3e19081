export { ReconciliationModule } from './reconciliation.module.js';
export { RunRequests } from './runs/run-requests.js';
export { inSnapshot } from './snapshot.js';
export { verifyInvariants } from './verify-invariants.js';
