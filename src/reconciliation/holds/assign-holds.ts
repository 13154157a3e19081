import { SYSTEM_ACTOR } from '../../kernel/index.js';
import type { AssignHoldEvent, Ledger } from '../../ledger/index.js';
import type { Database } from '../../platform/database/database.js';
import { misplacedHolds } from '../rules/one-subsidy.js';
import type { RuleScope } from '../rules/rule.js';

const REASON = '同一項目同一年度只扶持一項(二(九)2)';

/**
 * Puts the hold on live awards that meet one that stands, and lifts what is no longer called for. The ledger decides under its locks;
 * where the holds lie so already it writes nothing.
 */
export async function assignHolds(db: Database, ledger: Ledger, fund: string, scope: RuleScope): Promise<void> {
  for await (const page of misplacedHolds(db, scope)) {
    if (page.length === 0) continue;
    const events = page.map((awardIds): AssignHoldEvent => ({
      kind: 'assign-hold',
      awardIds,
      effectiveOn: null,
      reason: REASON,
    }));
    const results = await ledger.post({ fund, actor: SYSTEM_ACTOR, mode: 'each', request: null, events });
    for (const result of results) {
      if (!result.ok) throw new Error(`A hold was refused: ${result.problem.code} (${result.problem.detail.en})`);
    }
  }
}
