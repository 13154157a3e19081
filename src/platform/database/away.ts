import { errorCode } from '../error-code.js';

/**
 * SQLSTATEs by which the server says that it can't serve just now: no connection, going down, out of resources, read-only after a
 * failover, or that it ended a transaction which stood still.
 */
const AWAY_STATES = /^(?:08...|57P0[1-5]|53...|25006|25P0[34])$/;

/** Codes of Node with which a connection is not made, or breaks. */
const AWAY_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** The same codes of a file are another matter. */
const SOCKET_CALLS: ReadonlySet<unknown> = new Set(['connect', 'read', 'write', 'getaddrinfo']);

/** What pg says of a connection without a code. */
const AWAY_MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Client network socket disconnected)/;

/** No error code of Node is of this form (`EPIPE` has no digit; SQLSTATEs of a server's refusal always have one). */
const SQL_STATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** COMMIT was sent and its answer never came: whether the transaction is committed, only the database knows. */
export class CommitLost extends Error {
  constructor(cause: unknown) {
    super('The answer to COMMIT was lost', { cause });
  }
}

/** The SQLSTATE that the server answered with; null for any other error. */
export function sqlState(error: unknown): string | null {
  const code = errorCode(error);
  return typeof code === 'string' && SQL_STATE.test(code) ? code : null;
}

/** Whether the database can't be reached or can't serve just now, the answer to a COMMIT that was lost included. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof CommitLost) return true;
  if (typeof error !== 'object' || error === null) return false;
  const code = errorCode(error);
  if (typeof code === 'string' && AWAY_STATES.test(code)) return true;
  if (AWAY_CODES.has(code) && 'syscall' in error && SOCKET_CALLS.has(error.syscall)) return true;
  if ('message' in error && typeof error.message === 'string' && AWAY_MESSAGES.test(error.message)) return true;
  // Node gathers what each address of a host answered; TypeORM wraps what the driver threw.
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isDatabaseAway);
  return 'driverError' in error && error.driverError !== error && isDatabaseAway(error.driverError);
}
