import { SYSTEM_ACTOR } from '../../kernel/index.js';
import type { Database } from '../../platform/database/database.js';
import { readSeedFile } from '../../platform/seed-file.js';
import { toPolicy, type NewApprovalPolicyDto } from './policy.dto.js';
import { fundIdOf, lockPolicy, policyInForce, storePolicy } from './store-policy.js';

/** `seeds/policy/approvals.json`: the document names no second person, so that what is asked, and how long it may wait, is our choice. */
export type ApprovalPolicySeed = NewApprovalPolicyDto & { readonly fund: string };

/** For what the fund of the policy asks a second person from the start. */
export function approvalPolicySeed(): ApprovalPolicySeed {
  return readSeedFile('policy/approvals.json') as ApprovalPolicySeed;
}

/** Gives the fund of the policy its first version, where it has none at all: a later one, whatever it says, is the fund's own. */
export async function seedApprovalPolicy(db: Database): Promise<void> {
  const seed = approvalPolicySeed();
  const policy = toPolicy(seed);
  if (!policy.ok) throw new Error(`seeds/policy/approvals.json: ${JSON.stringify(policy.problem.errors)}`);
  await db.transaction(async (tx) => {
    const fundId = await fundIdOf(tx, seed.fund);
    if (fundId === null) throw new Error(`The fund ${seed.fund} was not seeded`);
    await lockPolicy(tx, fundId);
    if ((await policyInForce(tx, fundId)) !== null) return;
    await storePolicy(tx, fundId, policy.value, { actorId: SYSTEM_ACTOR.id, agreed: null });
  });
}
