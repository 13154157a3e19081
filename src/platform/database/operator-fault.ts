import { errorCode } from '../error-code.js';
import { OperatorError } from '../operator-error.js';
import { sqlState } from './away.js';

/** What an operator can do about a SQLSTATE that a start or a command met. */
const ADVICE: Readonly<Record<string, string>> = {
  '28P01':
    'The password of the role is not right. Characters of a password other than letters and digits stand in the URL as %XX (`/` is %2F, `@` is %40)',
  '28000': 'The server lets this role not in from here (pg_hba.conf)',
  '3D000': 'There is no such database: see docs/operations.md, Roles of the database',
  '42501': 'The role lacks a right: `npm run fund -- migrate` gives it, run with DATABASE_MIGRATION_URL, the owner’s',
  '42P01': 'The database is not migrated: run `npm run fund -- migrate` first, with DATABASE_MIGRATION_URL, the owner’s',
  '3F000': 'The database is not migrated: run `npm run fund -- migrate` first, with DATABASE_MIGRATION_URL, the owner’s',
  '53300': 'The server has no connection left to give: see docs/operations.md, Connections',
  '25006': 'The server takes no writes: it is a standby, or set read-only',
  '08P01': 'What answers there doesn’t speak as PostgreSQL does: a pooler that refuses a setting, or another service',
};

const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The fault in words that say what to do, where the operator can do something; else null. */
export function operatorFault(error: unknown): OperatorError | null {
  const state = sqlState(error) ?? (isWrapped(error) ? sqlState(error.driverError) : null);
  const advice = state === null ? undefined : ADVICE[state];
  if (advice !== undefined) return new OperatorError(`${advice}. (PostgreSQL says: ${messageOf(error)})`);
  if (UNREACHABLE.has(errorCode(error))) return new OperatorError(`PostgreSQL or Redis doesn't answer: ${messageOf(error)}`);
  if (error instanceof AggregateError) {
    const [first] = error.errors as unknown[];
    return first === undefined ? null : operatorFault(first);
  }
  return null;
}

function isWrapped(error: unknown): error is { readonly driverError: unknown } {
  return typeof error === 'object' && error !== null && 'driverError' in error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
