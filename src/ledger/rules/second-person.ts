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

/**
 * What of an event may need a second person. `amountFen` null: it has no amount, and is asked for whatever the threshold. `of`: what it is added
 * up over (an award's payments, a line's virements to another), so that nobody stays below a threshold by asking in parts.
 */
export interface Asked {
  readonly kind: ApprovalKind;
  readonly amountFen: Fen | null;
  readonly of?: string;
}

/** What was moved before, by what it is added up over (`movedKey`): each with the people who agreed to it. */
export type MovedBefore = ReadonlyMap<string, readonly Moved[]>;

/** One earlier movement. */
export interface Moved {
  readonly amountFen: Fen;
  readonly people: number;
}

/** Over what a kind's amounts are added up. */
export function movedKey(kind: ApprovalKind, of: string): string {
  return `${kind}|${of}`;
}

/**
 * People beside the maker that this needs by these rules; 0: none. What counts towards a threshold is the amount together with what was moved
 * before by fewer people than the threshold asks for.
 */
export function stepsFor(rules: readonly ApprovalRule[], asked: readonly Asked[], before: MovedBefore = new Map()): number {
  const steps = asked.flatMap(({ kind, amountFen, of }) => {
    const moved = of === undefined ? [] : (before.get(movedKey(kind, of)) ?? []);
    const isMet = (rule: ApprovalRule): boolean =>
      amountFen === null || amountFen + lessAgreed(moved, rule.steps) >= rule.fromFen;
    return rules.filter((rule) => rule.kind === kind && isMet(rule)).map((rule) => rule.steps);
  });
  return Math.max(0, ...steps);
}

function lessAgreed(moved: readonly Moved[], steps: number): Fen {
  return moved.reduce((sum, { amountFen, people }) => (people < steps ? sum + amountFen : sum), 0n);
}
