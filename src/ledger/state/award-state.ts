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

/** What it takes of its line's annual pool, fen. */
export function poolShare(award: AwardState): Fen {
  return award.awarded - award.released - award.recovered;
}
