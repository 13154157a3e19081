import { ProblemError } from '../../kernel/index.js';

/** Longest text kept. */
const LIMIT = 300;

/** What went wrong, for people to read: never a statement, a parameter or an address, which may hold secrets. */
export function explainFault(error: unknown): string {
  if (error instanceof ProblemError) return cut(`${error.problem.code}: ${error.problem.detail.en}`);
  if (!(error instanceof Error)) return 'Unknown fault';
  if ('code' in error && typeof error.code === 'string') return cut(`The database or the network refused (${error.code})`);
  return cut(error.message.replaceAll(/\w+:\/\/\S+/g, '…'));
}

function cut(text: string): string {
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1)}…`;
}
