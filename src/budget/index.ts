export { BudgetModule } from './budget.module.js';
export { findFund, findLine, type FundRow, type LineRow } from './catalogue.sql.js';
export { replaceRule } from './change-line.js';
export { positionOf, positionsOf, type LinePosition, type Position, type PositionClocks } from './position.js';
export { settledInstant } from './position.sql.js';
export { lineSeeds, seedPolicy } from './seed-policy.js';
export { openYear } from './open-year.js';
export { readSeedFile } from './seed-file.js';
