export type { ActUnit, AskedBy, Json, PostingAct, Proposal, RecordAct } from './acts/act.js';
export { Acts } from './acts/acts.js';

export { mayDecide, rulesInForce } from './approval.sql.js';
export { ApprovalDto } from './approval.dto.js';
export { Approvals, type Submitted } from './approvals.js';
export { approvalsOf, type ApprovalServices } from './approvals-of.js';
export { ApprovalsModule } from './approvals.module.js';
export { PEOPLE, type People } from './people.js';
export { APPROVALS_ENTITIES } from './entities.js';
export { policyAct, type PolicyData } from './policy/policy-act.js';
export { NewApprovalPolicyDto, toPolicy, type ApprovalPolicyDto } from './policy/policy.dto.js';
export { seedApprovalPolicy } from './policy/seed-approval-policy.js';
export { policyInForce, type NewPolicy, type PolicyVersion } from './policy/store-policy.js';
export { APPROVALS_TABLES } from './tables.js';
