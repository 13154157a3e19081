/** What is told of. One that is refused is an action of its own, as nothing was done. */
export const AUDIT_ACTIONS = [
  'signed-in',
  'sign-in-refused',
  'signed-out',
  'user-made',
  'user-changed',
  'approval-requested',
  'approval-agreed',
  'approval-approved',
  'approval-rejected',
  'approval-withdrawn',
  'decision-refused',
  'approval-policy-changed',
] as const;

/** One of them. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Whether it was done. */
export const AUDIT_OUTCOMES = ['done', 'refused'] as const;

/** What it was done to. */
export const AUDIT_SUBJECTS = ['user', 'approval', 'approval-policy'] as const;
