import type { ConsumerDeclaration } from '../platform/outbox/outbox.sql.js';

/** Reconciles a year after something was posted to it. */
export const AFTER_POSTING: ConsumerDeclaration = { topic: 'posted', consumer: 'reconciliation' };
