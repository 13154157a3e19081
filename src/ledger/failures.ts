import { problem, type Problem } from '../kernel/index.js';
import { LostRace } from './load-awards.js';

/** SQLSTATEs after which the same batch may simply be repeated: another transaction was in the way. */
const RACES: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '23505', // unique_violation: the place of the award that stands was taken meanwhile
  'FL005', // a line fell below zero meanwhile
]);

/** SQLSTATE classes and codes, and codes of Node, after which the database can't be reached just now. */
const AWAY = /^(08|57P0[123]|53)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/;

/** Whether the error is another transaction's doing. */
export function isRace(error: unknown): boolean {
  return error instanceof LostRace || RACES.has(codeOf(error));
}

/** Whether a lock was not given in time. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03';
}

/** Whether the error means that the database is away or the connection was lost. */
export function isAway(error: unknown): boolean {
  if (AWAY.test(codeOf(error))) return true;
  return (
    error instanceof Error &&
    /Connection terminated|connection is closed|timeout exceeded when trying to connect|not queryable/i.test(error.message)
  );
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** 503: nothing was done. */
export function unavailable(zh: string, en: string): Problem {
  return problem('unavailable', zh, en, { retryAfterSeconds: 1 });
}

/** 503: the commit was sent and its answer got lost. */
export function outcomeUnknown(): Problem {
  return problem(
    'outcome-unknown',
    '無法得知是否已入賬:請以相同的 Idempotency-Key 再送一次',
    'It is not known whether this was recorded: send it again with the same Idempotency-Key',
    { retryAfterSeconds: 1 },
  );
}
