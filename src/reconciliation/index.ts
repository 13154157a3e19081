export { ReconciliationModule } from './reconciliation.module.js';
export { RunRequests, type RunRequest } from './run-requests.js';
export type { Run, RunTrigger } from './run.sql.js';
export type { RuleName, Suspicion } from './rules/rule.js';
export { inSnapshot } from './snapshot.js';
export { verifyInvariants } from './verify-invariants.js';
