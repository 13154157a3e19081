import { KEEP, type Tables } from '../platform/database/tables.js';

/** Funds, years and lines. */
export const BUDGET_TABLES: Tables = {
  fund: { rights: KEEP },
  fiscal_year: { rights: KEEP },
  programme_line: { rights: KEEP },
};
