import { createHmac } from 'node:crypto';
import { withMessage } from '../../platform/http/index.js';

/** Keeps the hash apart from every other use of the same secret. */
const PURPOSE = 'fund-ledger/bank-account/1';
/** Digits that are shown. */
const SHOWN = 4;

/** What is stored of a bank account: never the number itself (domain §6). */
export interface BankAccount {
  /** HMAC-SHA-256 under the product's secret, hex: the same account gives the same hash, however it is spaced. */
  readonly hash: string;
  /** The last four characters, for people who compare with a paper file. */
  readonly masked: string;
}

/** Form of an account number: 8 to 34 digits or letters, with spaces or hyphens between them. */
export const BANK_ACCOUNT = /^(?:[0-9A-Za-z][ -]?){7,33}[0-9A-Za-z]$/;

export const IS_A_BANK_ACCOUNT = withMessage(
  '須為 8 至 34 位數字或字母的賬號',
  'must be an account number of 8 to 34 digits or letters',
);

/** The stored form of an account number. */
export function bankAccountOf(number: string, secret: string): BankAccount {
  const plain = number.replaceAll(/[ -]/g, '').toUpperCase();
  return {
    hash: createHmac('sha256', secret).update(PURPOSE).update('\0').update(plain).digest('hex'),
    masked: `****${plain.slice(-SHOWN)}`,
  };
}
