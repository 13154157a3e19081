export { BudgetModule } from './budget.module.js';
export { findFund, type FundRow } from './funds/fund.sql.js';
export { findLine } from './lines/line.sql.js';
export { replaceRule } from './lines/change-line.js';
export { positionOf, positionsOf, type Position } from './positions/position.js';
export { settledInstant } from './positions/settled-instant.js';
export { yearStatus } from './years/fiscal-year.sql.js';
export { lineSeeds, seedPolicy } from './seed/seed-policy.js';
export { readSeedFile } from './seed/seed-file.js';
