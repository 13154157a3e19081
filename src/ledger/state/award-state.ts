import type { Fen } from '../../kernel/index.js';
import type { AwardState } from './model.js';

/** Whether an award still holds money (invariant 7). */
export function isLive(award: AwardState): boolean {
  return award.reserved + award.committed + award.disbursed > 0n;
}

/** Whether it keeps others of its project, or person, and year away. */
export function stands(award: AwardState): boolean {
  return isLive(award) && !award.onHold;
}

/** Whose account a payment of the award goes to: its person, else its enterprise with whom it is merged. */
export function payeeSubject({ person, enterprise }: AwardState): string {
  return person?.id ?? enterprise.rootId;
}

/** What it takes of its line's annual pool, fen. */
export function poolShare(award: AwardState): Fen {
  return award.awarded - award.released - award.recovered;
}
