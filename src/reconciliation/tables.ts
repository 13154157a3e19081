import { APPEND, type Tables } from '../platform/database/tables.js';

/** Runs and findings. */
export const RECONCILIATION_TABLES: Tables = {
  reconciliation_run: {
    rights: APPEND,
    updates: ['status', 'progress', 'checked', 'opened', 'resolved', 'started_at', 'finished_at', 'error', 'report'],
    functions: ['prune_runs'],
  },
  finding: {
    rights: APPEND,
    updates: [
      'severity',
      'status',
      'fiscal_year',
      'line_id',
      'award_ids',
      'amount_fen',
      'evidence',
      'fingerprint',
      'resolved_at',
      'resolved_by',
      'resolution',
      'reason',
      'until',
      'version',
    ],
  },
};
