import { problem, type Actor, type Problem } from '../kernel/index.js';
import type { CompanionKind } from '../ledger/index.js';
import { decide, findApprovals, insertDecisions, type ApprovalRow } from './approval.sql.js';
import { tellDecided } from './audit.js';
import { lockApprovals, notItsChecker, notPending, notWhoTheyWere, type LockedApproval } from './may-decide.js';
import type { Preview } from './preview/preview.js';

/** The last of an approval's people agrees, and what was asked is posted: of each of its events there is one. */
export interface Agreement {
  readonly approvalId: string;
  /** The event's place among those of the approval, and how many there are. */
  readonly index: number;
  readonly count: number;
  readonly checker: Actor;
  /** Who agreed before, in order; the checker is the last. */
  readonly earlier: readonly string[];
  readonly previewHash: string;
  readonly reason: string | null;
  /** What is posted, once it was looked at. */
  preview(): Preview | null;
  /** What the whole is answered. */
  answerOf(answers: readonly string[]): string;
  /** Told of a refusal that is of the approval itself; null: there is none. */
  refusedBy(refusal: Problem | null): void;
  /** Writes the approval as it is answered. */
  view(row: ApprovalRow): string;
}

/** What can no longer be done, or not as it was shown. */
export function staleApproval(inside: Problem | null): Problem {
  return inside === null
    ? problem(
        'approval-stale',
        '現在辦理的結果與所覆核的不同,請再看一次',
        'It would do something else now than was shown: look at it again',
      )
    : problem('approval-stale', `現在不能辦理:${inside.detail.zh}`, `It can't be done now: ${inside.detail.en}`);
}

/** It is read again: others have agreed, or must, since it was read. */
export function agreedMeanwhile(): Problem {
  return problem('version-conflict', '已有他人覆核,請再試一次', 'Somebody has agreed meanwhile: try again');
}

/** An approval is approved exactly when its entries are posted. */
export const agreement: CompanionKind<Agreement, LockedApproval> = {
  name: 'agreements',
  table: 'approval',
  columns: 'status',
  writtenLast: true,

  idOf: ({ approvalId }) => approvalId,

  lock: (tx, fundId, items) =>
    lockApprovals(
      tx,
      fundId,
      [...new Set(items.map(({ approvalId }) => approvalId))],
      [...new Set(items.flatMap(({ checker, earlier }) => [checker.id, ...earlier]))],
    ),

  check(item, row, { recordedAt }) {
    // Its first event has found that it may be; the others are of the same unit.
    if (item.index > 0) return null;
    const refusal = refusalOf(item, row, recordedAt);
    item.refusedBy(refusal);
    return refusal;
  },

  after: ({ index, count }, row) => (index === count - 1 ? { ...row, status: 'approved' } : row),

  async write(tx, { fundId, recordedAt: at }, accepted) {
    const lasts = accepted.filter(({ item }) => item.index === item.count - 1);
    const answers = new Map<string, string[]>();
    for (const one of accepted) {
      const { item } = one;
      const known = answers.get(item.approvalId) ?? [];
      known[item.index] = one.answered() ?? '';
      answers.set(item.approvalId, known);
    }
    const decided = lasts.map(({ item }) => ({
      id: item.approvalId,
      by: item.checker.id,
      checker: item.checker,
      at,
      reason: item.reason,
      previewHash: item.previewHash,
      status: 'approved' as const,
      result: item.answerOf(answers.get(item.approvalId) ?? []),
      preview: item.preview(),
    }));
    await insertDecisions(tx, fundId, decided);
    await decide(tx, fundId, decided);
    await tellDecided(tx, fundId, 'approval-approved', decided);
    const rows = new Map(
      (
        await findApprovals(
          tx,
          decided.map(({ id }) => id),
        )
      ).map((row) => [row.id, row]),
    );
    return accepted.map(({ item }) => {
      const row = rows.get(item.approvalId);
      if (row === undefined) throw new Error(`Approval ${item.approvalId} is gone`);
      // The first event has the answer of the whole.
      return item.index === 0 ? item.view(row) : '';
    });
  },
};

/** Why the checker can't agree to it now; null: it may. */
function refusalOf({ checker, earlier, previewHash }: Agreement, row: LockedApproval | undefined, now: Date): Problem | null {
  const refused = notPending(row, now);
  if (refused !== null || row === undefined) return refused;
  const wrong = notItsChecker(row, checker, previewHash);
  if (wrong !== null) return wrong;
  const gone = notWhoTheyWere(row, previewHash);
  if (gone !== null) return staleApproval(gone);
  const agreed = row.decisions.filter((decision) => decision.previewHash === previewHash).map(({ by }) => by);
  if (agreed.join() === earlier.join()) return null;
  return agreedMeanwhile();
}
