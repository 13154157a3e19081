import { SYSTEM_ACTOR } from '../../kernel/index.js';
import type { Ledger, RuleHoldEvent } from '../../ledger/index.js';
import type { Database, Statement } from '../../platform/database/database.js';
import type { RuleScope, Suspicion } from '../rules/rule.js';

/** Awards of one transaction. */
const PAGE = 1_000;
const REASON = '不符合支出方向的規定';

/** $1 fund, $2 year or null, $3 awards that break their rule, $4 today: those whose hold lies otherwise. */
const MISPLACED: Statement = {
  name: 'reconciliation.misplaced-rule-holds',
  text: `SELECT a.id FROM award a
          WHERE a.fund_id = $1 AND a.rule_hold AND ($2::integer IS NULL OR a.fiscal_year = $2)
            AND NOT EXISTS (SELECT FROM unnest($3::uuid[]) AS b (id) WHERE b.id = a.id)
          UNION ALL
         SELECT a.id FROM unnest($3::uuid[]) AS b (id) JOIN award a ON a.fund_id = $1 AND a.id = b.id
          WHERE a.live AND a.rule_hold IS DISTINCT FROM (a.payable_until IS NULL OR a.payable_until < $4::date)`,
};

/** Puts the hold on awards that break their line's rule, by themselves or with others, and lifts it from those that are in order again. */
export async function assignRuleHolds(
  db: Database,
  ledger: Ledger,
  fund: string,
  scope: RuleScope,
  suspicions: readonly Suspicion[],
): Promise<void> {
  const broken = [...new Set(suspicions.flatMap(({ holds = [] }) => holds))];
  const isBroken = new Set(broken);
  const misplaced = await db.rows<{ id: string }>(MISPLACED, [scope.fundId, scope.fiscalYear, broken, scope.today]);
  for (let from = 0; from < misplaced.length; from += PAGE) {
    const events = misplaced.slice(from, from + PAGE).map(({ id }): RuleHoldEvent => ({
      kind: 'rule-hold',
      award: id,
      isBroken: isBroken.has(id),
      effectiveOn: null,
      reason: REASON,
    }));
    const results = await ledger.post({ fund, actor: SYSTEM_ACTOR, mode: 'each', request: null, events });
    for (const result of results) {
      if (!result.ok) throw new Error(`A hold was refused: ${result.problem.code} (${result.problem.detail.en})`);
    }
  }
}
