import { APPEND, type Tables } from '../platform/database/tables.js';

/** Users and their sessions. */
export const IDENTITY_TABLES: Tables = {
  app_user: {
    rights: APPEND,
    updates: ['display_name', 'staff_no', 'role', 'agency', 'password_hash', 'active', 'demonstration', 'version'],
    askedByTriggers: ['is_same_person'],
    guards: ['trigger user_stands_since'],
  },
  session: { rights: APPEND, updates: ['ended_at'], functions: ['forget_sessions'] },
  sign_in_failure: { rights: APPEND, functions: ['forget_sign_in_failures'] },
  sign_in_pace: { rights: APPEND, updates: ['next_at'], functions: ['forget_sign_in_pace'] },
};
