import type { Actor, Problem, RequestIdentity } from '../kernel/index.js';
import type { Answer, JsonText, Language, Refused } from '../platform/http/index.js';
import type { ApprovalDto } from './approval.dto.js';

/** Who decides, by which request. */
export interface DecidedBy {
  readonly actor: Actor;
  readonly request: RequestIdentity;
  readonly language: Language;
}

/** What the checker agrees to. */
export interface Seen {
  readonly previewHash: string;
  readonly reason: string | null;
}

/** What was decided, or why nothing was. */
export type DecisionAnswer = Answer<ApprovalDto | JsonText<ApprovalDto>> | Refused;

/** Refusals that say nothing of what was asked: the same request may be sent again. */
export const OF_THE_MOMENT: ReadonlySet<Problem['code']> = new Set([
  'idempotency-key-reused',
  'idempotency-in-progress',
  'unavailable',
  'outcome-unknown',
]);
