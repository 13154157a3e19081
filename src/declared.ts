import { APPROVALS_ENTITIES, APPROVALS_TABLES } from './approvals/index.js';
import { AUDIT_ENTITIES, AUDIT_TABLES } from './audit/index.js';
import { BUDGET_ENTITIES, BUDGET_TABLES } from './budget/index.js';
import { IDENTITY_ENTITIES, IDENTITY_TABLES } from './identity/index.js';
import { LEDGER_JOBS, LEDGER_TABLES } from './ledger/index.js';
import { PARTIES_ENTITIES, PARTIES_TABLES } from './parties/index.js';
import { gatherTables, PLATFORM_TABLES } from './platform/database/tables.js';
import { SEARCH_TABLES } from './search/index.js';
import { AFTER_POSTING, RECONCILIATION_ENTITIES, RECONCILIATION_JOBS, RECONCILIATION_TABLES } from './reconciliation/index.js';

/** Who is told of what the outbox announces. */
const CONSUMERS = [AFTER_POSTING];

/** Every table of the product with its rights and guards, as its room declares it. */
const TABLES = gatherTables(
  PLATFORM_TABLES,
  LEDGER_TABLES,
  SEARCH_TABLES,
  AUDIT_TABLES,
  APPROVALS_TABLES,
  IDENTITY_TABLES,
  PARTIES_TABLES,
  BUDGET_TABLES,
  RECONCILIATION_TABLES,
);

/** What the rooms declare, and the migrate command brings into the database. */
export const DECLARED = { tables: TABLES, consumers: CONSUMERS };

/** What TypeORM maps, of all rooms. */
export const ENTITIES = [
  ...AUDIT_ENTITIES,
  ...APPROVALS_ENTITIES,
  ...IDENTITY_ENTITIES,
  ...BUDGET_ENTITIES,
  ...PARTIES_ENTITIES,
  ...RECONCILIATION_ENTITIES,
];

/** What is worked off behind the requests, of all rooms. */
export const JOBS = [...LEDGER_JOBS, ...RECONCILIATION_JOBS];
