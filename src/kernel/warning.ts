import type { Text } from './problem.js';

/** Everything that is accepted though it is odd. A code is part of the HTTP contract and never changes. */
export const WARNING_CODES = [
  'another-name',
  'another-credit-code',
  'publicity-missing',
  'approved-in-another-year',
  'same-document-again',
  'payee-not-the-enterprise',
  'another-account',
  'voucher-used-before',
] as const;

/** Stable code of a warning. */
export type WarningCode = (typeof WARNING_CODES)[number];

/** Something that is accepted but odd; told with the answer. */
export interface Warning {
  readonly code: WarningCode;
  /** What is odd, and what is to be checked. */
  readonly detail: Text;
}
