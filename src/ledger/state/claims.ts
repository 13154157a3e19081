/**
 * Kinds of claims: things that may happen only once in a fund (architecture §3.4). `project-year`: a key of an award that stands. `voucher`: the
 * first payment by it, which is told to the next ones.
 */
export type ClaimKind = 'once-for-life' | 'unique-fact' | 'payment-ref' | 'receipt-ref' | 'voucher' | 'project-year';

/** A claim as it is looked for: its kind and its key. */
export interface ClaimName {
  readonly kind: ClaimKind;
  readonly key: string;
}

/** A claim with the award that holds it, in its place: 0, or behind those who have the same and may. */
export interface Claim extends ClaimName {
  readonly awardId: string;
  readonly place: number;
}

/** A claim's kind and key as one text, unique within a fund. */
export function claimKey({ kind, key }: ClaimName): string {
  return `${kind}|${key}`;
}
