export * from './accounts.js';
export * from './events.js';
export * from './unit.js';
export * from './line-rule.types.js';
