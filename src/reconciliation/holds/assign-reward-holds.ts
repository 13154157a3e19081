import { SYSTEM_ACTOR } from '../../kernel/index.js';
import type { Ledger, RewardHoldEvent } from '../../ledger/index.js';
import type { Database } from '../../platform/database/database.js';
import { misplacedRewardHolds } from '../rules/highest-of-three.js';
import type { RuleScope } from '../rules/rule.js';

/** Events of one transaction. */
const PAGE = 500;
const REASON = '三項獎勵只安排最高一項(二(九)2)';

/** Puts the hold on awards of which another programme's reward is higher, and lifts it from those that are the highest again. */
export async function assignRewardHolds(db: Database, ledger: Ledger, fund: string, scope: RuleScope): Promise<void> {
  let events: RewardHoldEvent[] = [];
  const post = async (): Promise<void> => {
    if (events.length === 0) return;
    const results = await ledger.post({ fund, actor: SYSTEM_ACTOR, mode: 'each', request: null, events });
    for (const result of results) {
      if (!result.ok) throw new Error(`A hold was refused: ${result.problem.code} (${result.problem.detail.en})`);
    }
    events = [];
  };
  for await (const awardIds of misplacedRewardHolds(db, scope)) {
    events.push({ kind: 'reward-hold', awardIds, effectiveOn: null, reason: REASON });
    if (events.length === PAGE) await post();
  }
  await post();
}
