import { readableYuan, type ProblemPlace } from '../../kernel/index.js';
import type { ApprovalRule } from '../../ledger/index.js';

/** Thresholds that a kind has at most: one for each number of steps. */
const MOST_THRESHOLDS = 3;
/** Days for which something may wait at most. */
export const MOST_DAYS = 365;

/** What a policy whose fields are well-formed still gets wrong between its rules: each fault with its place. */
export function policyFaults(rules: readonly ApprovalRule[], at = '/rules'): ProblemPlace[] {
  return rules.flatMap((rule, index) => {
    const before = rules.slice(0, index).filter(({ kind }) => kind === rule.kind);
    return [...countFaults(before, `${at}/${index}`), ...thresholdFaults(rule, before, rules, `${at}/${index}`)];
  });
}

/** `before`: the rules of the same kind that stand before it. */
function countFaults(before: readonly ApprovalRule[], pointer: string): ProblemPlace[] {
  if (before.length !== MOST_THRESHOLDS) return [];
  return [
    place(
      pointer,
      `一類事項最多有 ${MOST_THRESHOLDS} 個起點金額`,
      `is one threshold too many: a kind has at most ${MOST_THRESHOLDS}`,
    ),
  ];
}

function thresholdFaults(
  rule: ApprovalRule,
  before: readonly ApprovalRule[],
  rules: readonly ApprovalRule[],
  pointer: string,
): ProblemPlace[] {
  if (before.some(({ fromFen }) => fromFen === rule.fromFen)) {
    const from = readableYuan(rule.fromFen);
    return [place(`${pointer}/from`, `同一類事項已有 ${from} 元的起點`, `stands there already for this kind: ${from} yuan`)];
  }
  const lower = rules.filter(({ kind, fromFen }) => kind === rule.kind && fromFen < rule.fromFen);
  const most = Math.max(0, ...lower.map(({ steps }) => steps));
  if (rule.steps >= most) return [];
  return [
    place(
      `${pointer}/steps`,
      `金額較小時已須 ${most} 人覆核,不得減少`,
      `must not fall as the amount rises: a smaller one needs ${most}`,
    ),
  ];
}

function place(pointer: string, zh: string, en: string): ProblemPlace {
  return { pointer, detail: { zh, en } };
}
