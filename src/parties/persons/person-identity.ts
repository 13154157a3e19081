import { createHmac } from 'node:crypto';

/** Keeps the hash apart from every other use of the same secret. */
const PURPOSE = 'fund-ledger/person-identity/1';

/** What is stored of an identity number: never the number itself (domain §6). */
export interface PersonIdentity {
  /** HMAC-SHA-256 under the product's secret, hex: the same person gives the same hash. */
  readonly identityHash: string;
  /** First and last characters, for people who compare with a paper file: three and four of them, `440***********123X`. */
  readonly identityMasked: string;
}

/** The stored form of a valid identity number. Without the secret the hash can't be searched by trying numbers. */
export function personIdentity(identityNumber: string, secret: string): PersonIdentity {
  return {
    identityHash: createHmac('sha256', secret).update(PURPOSE).update('\0').update(identityNumber).digest('hex'),
    identityMasked: `${identityNumber.slice(0, 3)}***********${identityNumber.slice(-4)}`,
  };
}
