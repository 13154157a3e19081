export { BudgetModule } from './budget.module.js';
export { findFund, findLine, type FundRow } from './catalogue.sql.js';
export { replaceRule } from './change-line.js';
export { positionOf, positionsOf, type Position } from './position.js';
export { settledInstant } from './position.sql.js';
export { lineSeeds, seedPolicy } from './seed-policy.js';
export { readSeedFile } from './seed-file.js';
