import type { AwardState } from './model.js';

/** Kinds of claims: things that may happen only once in a fund (architecture §3.4). */
export type ClaimKind = 'once-for-life' | 'unique-fact' | 'payment-ref' | 'receipt-ref' | 'person-year';

/** A claim as it is looked for: its kind and its key. */
export interface ClaimName {
  readonly kind: ClaimKind;
  readonly key: string;
}

/** A claim with the award that holds it. */
export interface Claim extends ClaimName {
  readonly awardId: string;
}

/** A claim's kind and key as one text, unique within a fund. */
export function claimKey({ kind, key }: ClaimName): string {
  return `${kind}|${key}`;
}

/** The claim that a person's standing award has on its year. */
export function personYear(identityHash: string, fiscalYear: number): ClaimName {
  return { kind: 'person-year', key: `${identityHash}|${fiscalYear}` };
}

const PERSON = 'person:';

/** Key of the project that stands for a person. */
export function personProjectKey(identityHash: string): string {
  return `${PERSON}${identityHash}`;
}

/** The person whose year the award claims while it stands; null for enterprises, and for one that was dismissed as another project. */
export function personOf(award: AwardState): string | null {
  const { key } = award.project;
  return key.startsWith(PERSON) ? key.slice(PERSON.length) : null;
}
