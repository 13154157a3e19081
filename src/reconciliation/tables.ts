import { ALL, KEEP, type Tables } from '../platform/database/tables.js';

/** Runs and findings. */
export const RECONCILIATION_TABLES: Tables = {
  reconciliation_run: { rights: ALL },
  finding: { rights: KEEP },
};
