import { accepted, refused, type Actor, type Result } from '../../kernel/index.js';
import { recordEvents } from '../../audit/index.js';
import { approvalRequired, stepsFor, type Agreed } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import { lockPolicy, policyInForce, storePolicy, type NewPolicy, type PolicyVersion } from './store-policy.js';

/**
 * Changes a fund's policy of approvals. One that asks a second person for anything is itself changed by two, whatever it says of its own kind;
 * a fund that asks for nothing takes its policy from one. `agreed`: who beside the actor; null: nobody.
 */
export async function changePolicy(
  tx: Tx,
  fundId: number,
  policy: NewPolicy,
  actor: Actor,
  agreed: Agreed | null = null,
): Promise<Result<PolicyVersion>> {
  await lockPolicy(tx, fundId);
  const steps = stepsToChange(await policyInForce(tx, fundId));
  if (steps > (agreed?.checkers.length ?? 0)) return refused(approvalRequired(steps));
  const changed = await storePolicy(tx, fundId, policy, { actorId: actor.id, agreed });
  const subject = { kind: 'approval-policy', id: String(changed.number) } as const;
  const details = agreed === null ? {} : { details: { approval: agreed.approvalId } };
  await recordEvents(tx, [{ action: 'approval-policy-changed', by: actor, fundId, subject, reason: policy.reason, ...details }]);
  return accepted(changed);
}

/** People beside the maker that a change of this policy needs; 0: none. */
export function stepsToChange(inForce: PolicyVersion | null): number {
  if (inForce === null || inForce.rules.length === 0) return 0;
  return Math.max(1, stepsFor(inForce.rules, [{ kind: 'approval-policy', amountFen: null }]));
}
