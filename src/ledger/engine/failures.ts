import { sqlState } from '../../platform/database/away.js';
import { LostRace } from '../store/lost-race.js';

/** SQLSTATEs after which the same batch may simply be repeated: another transaction was in the way. */
const RACES: ReadonlySet<string | null> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '23505', // unique_violation: the place of the award that stands was taken meanwhile
  'FL005', // a line fell below zero meanwhile
  'FL007', // the fund came to ask for another person meanwhile, or what is asked for was decided, or awards are being keyed anew
]);

/** Whether the error is another transaction's doing. */
export function isRace(error: unknown): boolean {
  return error instanceof LostRace || (RACES.has(sqlState(error)) && !isVersionTwice(error));
}

/** Whether an award's entry has a version that another has: the award is locked, so this is no race but damage. */
export function isVersionTwice(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'journal_entry_award_version';
}

/** Whether a lock was not given in time. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}
