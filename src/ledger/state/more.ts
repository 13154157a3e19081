/** Something that must still be read. Accounts begin the transaction again, as locks are taken in one order. */
export type Need =
  | { readonly kind: 'year-accounts'; readonly year: number }
  | { readonly kind: 'account-days'; readonly accountIds: readonly number[] }
  | { readonly kind: 'award-days'; readonly awardId: string };

/** The answer of a decision that can't be made yet: read this and decide again. */
export interface More {
  readonly more: Need;
}
