export { BudgetModule } from './budget.module.js';
export { findFund, type FundRow } from './catalogue.sql.js';
export { positionOf, positionsOf, type LinePosition, type Position, type PositionClocks } from './position.js';
export { settledInstant } from './position.sql.js';
export { seedPolicy } from './seed-policy.js';
export { openYear } from './open-year.js';
export { readSeedFile } from './seed-file.js';
