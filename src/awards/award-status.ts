import type { AwardAmounts } from '../ledger/index.js';

export const AWARD_STATUSES = ['reserved', 'committed', 'disbursed', 'released', 'recovered'] as const;
/** The furthest stage that still holds money, else how the award ended. */
export type AwardStatus = (typeof AWARD_STATUSES)[number];

/** Status of an award from its amounts. The list's filter says the same in SQL (`award.sql.ts`). */
export function awardStatus(amounts: AwardAmounts): AwardStatus {
  if (amounts.disbursed > 0n) return 'disbursed';
  if (amounts.committed > 0n) return 'committed';
  if (amounts.reserved > 0n) return 'reserved';
  return amounts.recovered > 0n ? 'recovered' : 'released';
}
