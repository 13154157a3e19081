import type { EntityClass } from '../platform/database/entities.js';
import { ApprovalPolicy } from './policy/approval-policy.entity.js';
import { ApprovalRuleRow } from './policy/approval-rule.entity.js';

/** What TypeORM maps of this room. */
export const APPROVALS_ENTITIES: readonly EntityClass[] = [ApprovalPolicy, ApprovalRuleRow];
