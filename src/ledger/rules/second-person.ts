import type { Fen } from '../../kernel/index.js';

/** For what a fund may ask a second person (domain §3, Approvals). */
export const APPROVAL_KINDS = [
  'appropriation',
  'supplement',
  'reduction',
  'virement',
  'allotment',
  'allotment-return',
  'override',
  'disbursement',
  'carry-forward',
  'lapse',
  'reopening',
  'reversal',
  'approved-offline',
  'distinct-from',
  'demand-withdrawal',
  'demand-write-off',
  'merge',
  'unmerge',
  'external-award-correction',
  'line-rule',
  'settlement',
  'approval-policy',
] as const;

/** Something that may need a second person. */
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** People beside the maker that anything may need at most. */
export const MOST_STEPS = 3;

/** From which amount on a kind needs how many people beside its maker. */
export interface ApprovalRule {
  readonly kind: ApprovalKind;
  readonly fromFen: Fen;
  /** 1 to 3. */
  readonly steps: number;
}

/** What of an event may need a second person. `amountFen` null: it has no amount, and is asked for whatever the threshold. */
export interface Asked {
  readonly kind: ApprovalKind;
  readonly amountFen: Fen | null;
}

/** People beside the maker that this needs by these rules; 0: none. */
export function stepsFor(rules: readonly ApprovalRule[], asked: readonly Asked[]): number {
  const steps = asked.flatMap(({ kind, amountFen }) =>
    rules.filter((rule) => rule.kind === kind && (amountFen === null || amountFen >= rule.fromFen)).map((rule) => rule.steps),
  );
  return Math.max(0, ...steps);
}
