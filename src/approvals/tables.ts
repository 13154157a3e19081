import { APPEND, type Tables } from '../platform/database/tables.js';

/** What waits for a second person, who agreed, and for what a fund asks one. */
export const APPROVALS_TABLES: Tables = {
  approval_policy: {
    rights: APPEND,
    askedByTriggers: ['approval_steps'],
    guards: [
      'trigger policy_is_agreed',
      'trigger policy_follows_approval',
      'trigger approval_policy_stays',
      'trigger approval_policy_not_truncated',
      'constraint approval_policy_checked',
    ],
  },
  approval_rule: {
    rights: APPEND,
    guards: ['trigger rule_comes_with_policy', 'trigger approval_rule_stays', 'trigger approval_rule_not_truncated'],
  },
  approval: {
    rights: APPEND,
    updates: ['steps', 'preview', 'preview_hash', 'status', 'decided_by', 'decided_at', 'reason', 'result'],
    guards: [
      'trigger approval_starts_pending',
      'trigger approval_is_decided_once',
      'trigger approval_not_deleted',
      'trigger approval_not_truncated',
      'constraint approval_by_another',
      'constraint approval_withdrawn_by_maker',
      'constraint approval_is_decided',
    ],
  },
  approval_decision: {
    rights: APPEND,
    guards: ['trigger decision_by_another', 'trigger approval_decision_stays', 'trigger approval_decision_not_truncated'],
  },
};
