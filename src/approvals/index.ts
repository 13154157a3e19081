export { APPROVALS_TABLES } from './tables.js';
