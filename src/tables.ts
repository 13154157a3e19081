import { BUDGET_TABLES } from './budget/index.js';
import { IDENTITY_TABLES } from './identity/index.js';
import { LEDGER_TABLES } from './ledger/index.js';
import { gatherTables, PLATFORM_TABLES } from './platform/database/tables.js';
import { RECONCILIATION_TABLES } from './reconciliation/index.js';

/** Every table of the product with its rights and guards, as its room declares it. */
export const TABLES = gatherTables(PLATFORM_TABLES, LEDGER_TABLES, IDENTITY_TABLES, BUDGET_TABLES, RECONCILIATION_TABLES);
