export type { ActBy, ActUnit, AskedBy, Json, PostingAct, Proposal, RecordAct, Recorded, RecordedBy } from './acts/act.js';
export { Acts } from './acts/acts.js';
export { pack, unpack } from './acts/pack.js';
export { mayDecide } from './approval.sql.js';
export { ApprovalDto } from './approval.dto.js';
export { Approvals, type Submitted } from './approvals.js';
export { ApprovalsModule } from './approvals.module.js';
export { PEOPLE, type People } from './people.js';
export { APPROVALS_TABLES } from './tables.js';
