import { Injectable } from '@nestjs/common';
import { businessDateOf, formatYuan } from '../../kernel/index.js';
import { Ledger } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import { assignHolds } from '../holds/assign-holds.js';
import { assignRewardHolds } from '../holds/assign-reward-holds.js';
import { assignRuleHolds } from '../holds/assign-rule-holds.js';
import { inSnapshot } from '../snapshot.js';
import { explainFault } from './explain-fault.js';
import { reportFindings } from '../findings/finding.sql.js';
import { FundLocks } from './fund-locks.js';
import { highestOfThree } from '../rules/highest-of-three.js';
import { ledgerIntegrity } from '../rules/ledger-integrity.js';
import { lineRule } from '../rules/line-rule.js';
import { oneSubsidy } from '../rules/one-subsidy.js';
import { overCommitment } from '../rules/over-commitment.js';
import type { Rule, RuleScope, Suspicion } from '../rules/rule.js';
import type { Run } from './run.entity.js';
import { advanceRun, beginRun, completeRun, failRun, findRun, requeueRun, type Outcome } from './run-record.js';
import { pruneRuns } from './run.sql.js';

/** Every rule, in the order of a run. */
export const RULES: readonly Rule[] = [oneSubsidy, overCommitment, lineRule, highestOfThree, ledgerIntegrity];

/** Findings that a dry run's report shows; beyond them it says how many more there are. */
const SHOWN_LIMIT = 1_000;

/** The run was told to stop; it is not a fault. */
class Interrupted extends Error {}

/** Works a run off: checks rule after rule, opens, refreshes and resolves findings. Every run can be worked off twice. */
@Injectable()
export class Reconciler {
  constructor(
    private readonly db: Database,
    private readonly ledger: Ledger,
    private readonly locks: FundLocks,
  ) {}

  /** Works off the run of this id. A run that is completed is left as it is. Rejects when it failed, for its job to be tried again. */
  async work(runId: string, signal?: AbortSignal): Promise<void> {
    const run = await findRun(this.db, runId);
    if (run === null) return;
    await this.locks.hold(run.fundId, async () => {
      if (!(await beginRun(this.db, run))) return;
      try {
        await completeRun(this.db, run, await this.check(run, signal));
        await pruneRuns(this.db, run.fundId);
      } catch (error) {
        if (error instanceof Interrupted) await requeueRun(this.db, run);
        else await failRun(this.db, run, explainFault(error));
        throw error;
      }
    });
  }

  private async check(run: Run, signal: AbortSignal | undefined): Promise<Outcome> {
    const { fundId, fiscalYear } = run;
    const scope: RuleScope = { fundId, fiscalYear, today: businessDateOf(new Date()), thorough: run.trigger !== 'write' };
    const rules = RULES.filter((rule) => run.rules.includes(rule.name));
    const shown: Record<string, unknown>[] = [];
    let [checked, found] = [0, 0];
    for (const [position, rule] of rules.entries()) {
      if (signal?.aborted === true) throw new Interrupted('The run was interrupted');
      if (rule === oneSubsidy && !run.dryRun) await assignHolds(this.db, this.ledger, run.fund.code, scope);
      // Behind the holds of the other rules: what these hold counts no more.
      if (rule === highestOfThree && !run.dryRun) await assignRewardHolds(this.db, this.ledger, run.fund.code, scope);
      const seen = await inSnapshot(this.db, (sql) => rule.check(sql, scope));
      checked += seen.checked;
      found += seen.suspicions.length;
      const made = { progress: Math.floor((100 * (position + 1)) / rules.length), checked };
      if (run.dryRun) {
        shown.push(...seen.suspicions.slice(0, SHOWN_LIMIT - shown.length).map((one) => reported(rule, one)));
        await advanceRun(this.db, run, { ...made, opened: 0, resolved: 0 });
      } else {
        const report = { fundId, fiscalYear, runId: run.id, rule, today: scope.today };
        if (rule === lineRule) await assignRuleHolds(this.db, this.ledger, run.fund.code, scope, seen.suspicions);
        await this.db.transaction(async (tx) =>
          advanceRun(tx, run, { ...made, ...(await reportFindings(tx, report, seen.suspicions)) }),
        );
      }
    }
    const more = found - shown.length;
    return { checked, report: run.dryRun ? { findings: shown, ...(more > 0 ? { more } : {}) } : null };
  }
}

/** A suspicion in the report of a dry run. */
function reported(rule: Rule, suspicion: Suspicion): Record<string, unknown> {
  const { subject, severity, fiscalYear, awardIds, amountFen, evidence } = suspicion;
  return { rule: rule.name, subject, severity, fiscalYear, awards: awardIds, amountAtIssue: formatYuan(amountFen), evidence };
}
