import { Injectable } from '@nestjs/common';
import { businessDateOf, formatYuan } from '../../kernel/index.js';
import { Ledger } from '../../ledger/index.js';
import { Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/database.js';
import { assignHolds } from '../holds/assign-holds.js';
import { inSnapshot } from '../snapshot.js';
import { explainFault } from './explain-fault.js';
import { reportFindings } from '../findings/finding.sql.js';
import { withFundLock } from './fund-lock.js';
import { ledgerIntegrity } from '../rules/ledger-integrity.js';
import { lineRule } from '../rules/line-rule.js';
import { oneSubsidy } from '../rules/one-subsidy.js';
import { overCommitment } from '../rules/over-commitment.js';
import { fingerprint, FINDINGS_LIMIT, type Rule, type RuleScope, type Suspicion } from '../rules/rule.js';
import type { Run } from './run.entity.js';
import { advanceRun, beginRun, completeRun, failRun, findRun, requeueRun, type Outcome } from './run-record.js';
import { pruneRuns } from './run.sql.js';

/** Every rule, in the order of a run. */
export const RULES: readonly Rule[] = [oneSubsidy, overCommitment, lineRule, ledgerIntegrity];

/** The run was told to stop; it is not a fault. */
class Interrupted extends Error {}

/** Works a run off: checks rule after rule, opens, refreshes and resolves findings. Every run can be worked off twice. */
@Injectable()
export class Reconciler {
  constructor(
    private readonly db: Database,
    private readonly ledger: Ledger,
    private readonly config: Config,
  ) {}

  /** Works off the run of this id. A run that is completed is left as it is. Rejects when it failed, for its job to be tried again. */
  async work(runId: string, signal?: AbortSignal): Promise<void> {
    const run = await findRun(this.db, runId);
    if (run === null) return;
    await withFundLock(this.config.databaseUrl, run.fundId, async () => {
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
    const outcome = { checked: 0, findings: [] as unknown[] };
    for (const [position, rule] of rules.entries()) {
      if (signal?.aborted === true) throw new Interrupted('The run was interrupted');
      if (rule === oneSubsidy && !run.dryRun) await assignHolds(this.db, this.ledger, run.fund.code, scope);
      const { checked, suspicions } = await inSnapshot(this.db, (sql) => rule.check(sql, scope));
      const shown = limited(rule, scope, suspicions);
      outcome.checked += checked;
      const made = { progress: Math.floor((100 * (position + 1)) / rules.length), checked: outcome.checked };
      if (run.dryRun) {
        outcome.findings.push(...shown.map((one) => reported(rule, one)));
        await advanceRun(this.db, run, { ...made, opened: 0, resolved: 0 });
      } else {
        const report = { fundId, fiscalYear, runId: run.id, rule, shownUpTo: shownUpTo(rule, suspicions) };
        await this.db.transaction(async (tx) => advanceRun(tx, run, { ...made, ...(await reportFindings(tx, report, shown)) }));
      }
    }
    return { checked: outcome.checked, report: run.dryRun ? { findings: outcome.findings } : null };
  }
}

/** At most so many findings of a rule; beyond them one that says so. */
function limited(rule: Rule, scope: RuleScope, suspicions: readonly Suspicion[]): readonly Suspicion[] {
  if (suspicions.length <= FINDINGS_LIMIT) return suspicions;
  const first = suspicions.slice(0, FINDINGS_LIMIT);
  const summary: Suspicion = {
    subject: `summary:${scope.fiscalYear ?? 'all'}`,
    severity: 'error',
    fiscalYear: scope.fiscalYear ?? first[0]?.fiscalYear ?? 0,
    lineId: null,
    awardIds: [],
    amountFen: 0n,
    evidence: { rule: rule.name, shown: FINDINGS_LIMIT, more: true },
    fingerprint: fingerprint('more than shown'),
  };
  return [...first, summary];
}

/** Subject up to which all is shown: of a rule without order that gave too many, none. null: all is shown. */
function shownUpTo(rule: Rule, suspicions: readonly Suspicion[]): string | null {
  if (suspicions.length <= FINDINGS_LIMIT) return null;
  return (rule.inSubjectOrder === true ? suspicions[FINDINGS_LIMIT - 1]?.subject : undefined) ?? '';
}

/** A suspicion in the report of a dry run. */
function reported(rule: Rule, suspicion: Suspicion): Record<string, unknown> {
  const { subject, severity, fiscalYear, awardIds, amountFen, evidence } = suspicion;
  return { rule: rule.name, subject, severity, fiscalYear, awards: awardIds, amountAtIssue: formatYuan(amountFen), evidence };
}
