import { APPEND, type Tables } from '../platform/database/tables.js';

/** Who did what. */
export const AUDIT_TABLES: Tables = {
  audit_event: {
    rights: APPEND,
    guards: [
      'trigger audit_event_is_now',
      'trigger audit_event_stays',
      'trigger audit_event_not_truncated',
      'constraint audit_event_refused',
      'constraint audit_event_done_by',
    ],
  },
};
