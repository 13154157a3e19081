export * from './fen.js';
export * from './decimal.js';
export * from './dates.js';
export * from './problem.js';
export * from './result.js';
export * from './actor.js';
export * from './request-identity.js';
export * from './canonical-json.js';
