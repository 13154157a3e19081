import { recordEvents, recordRefusal, type AuditEvent } from '../audit/index.js';
import { formatYuan, type Actor, type Problem } from '../kernel/index.js';
import type { Database, Tx } from '../platform/database/database.js';
import { isRefused, type Refused } from '../platform/http/index.js';
import type { NewApproval } from './approval.sql.js';

/** Refusals of whoever tries to decide what is not theirs to decide, or not any more, or not as they saw it. */
const TOLD: ReadonlySet<Problem['code']> = new Set([
  'self-approval',
  'forbidden',
  'already-decided',
  'approval-withdrawn',
  'approval-stale',
]);

/** An approval was decided on. */
export interface DecisionTold {
  readonly id: string;
  readonly reason: string | null;
  readonly previewHash?: string | null;
}

/** Tells that it is asked for: by whom, when, why, and what would be done. */
export function tellRequested(tx: Tx, by: Actor, { fundId, id, request, preview, ...row }: NewApproval): Promise<void> {
  const { reason } = request;
  const details = {
    kind: row.kind,
    ...(row.fiscalYear === null ? {} : { fiscalYear: row.fiscalYear }),
    ...(row.amountFen === null ? {} : { amount: formatYuan(row.amountFen) }),
  };
  const why = typeof reason === 'string' ? reason : null;
  const event = { action: 'approval-requested', by, fundId, subject: subjectOf(id), reason: why, details } as const;
  return recordEvents(tx, [{ ...event, previewHash: preview.hash }]);
}

/** Tells of decisions of one kind, each with who took it. */
export function tellDecided(
  tx: Tx,
  fundId: number,
  action: Extract<AuditEvent['action'], `approval-${'agreed' | 'approved' | 'rejected' | 'withdrawn'}`>,
  decided: readonly (DecisionTold & { readonly checker: Pick<Actor, 'id' | 'username'> })[],
): Promise<void> {
  const told = ({ id, reason, previewHash = null, checker: by }: (typeof decided)[number]): AuditEvent => ({
    action,
    by,
    fundId,
    subject: subjectOf(id),
    reason,
    previewHash,
  });
  return recordEvents(tx, decided.map(told));
}

/** Tells of an attempt to decide that was refused, and hands on how it is answered. Of a refusal that says nothing of who tries, nothing is told. */
export async function tellRefused<A extends object>(
  db: Database,
  fundId: number,
  decision: 'approve' | 'reject' | 'withdraw',
  { id, reason, previewHash = null }: DecisionTold,
  by: Actor,
  answer: A | Refused,
): Promise<A | Refused> {
  if (!isRefused(answer) || !TOLD.has(answer.problem.code)) return answer;
  const { code } = answer.problem;
  const event = { action: 'decision-refused', by, fundId, subject: subjectOf(id), reason, previewHash } as const;
  await recordRefusal(db, { ...event, code, details: { decision }, alike: [by.id, id, decision] });
  return answer;
}

function subjectOf(id: string) {
  return { kind: 'approval', id } as const;
}
