export * from './accounts.js';
export * from './events.js';
export * from './unit.js';
export * from './line-rule.types.js';
export { Directory } from './directory.js';
export { Ledger } from './ledger.js';
export { LedgerModule } from './ledger.module.js';
export { checkLineRule, uniqueFactKey } from './line-rule.js';
export { awardRecordOf, SELECT_AWARDS, type AwardRow } from './record.js';
