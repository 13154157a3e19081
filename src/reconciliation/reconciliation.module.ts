import { ApprovalsModule } from '../approvals/index.js';
import { Module, type OnModuleInit } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { FindingController } from './findings/finding.controller.js';
import { FundLocks } from './runs/fund-locks.js';
import { Reconciler } from './runs/reconciler.js';
import { ReconciliationJobs } from './runs/reconciliation-jobs.js';
import { RunEvents } from './runs/run-events.js';
import { RunRequests } from './runs/run-requests.js';
import { RunController } from './runs/run.controller.js';
import { HttpModule } from '../platform/http/index.js';
import { Database } from '../platform/database/database.js';
import { Metrics, MetricsModule } from '../platform/metrics/index.js';
import { lastCompletedRuns } from './runs/run.sql.js';
import { countOpenFindings } from './findings/find-findings.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';

/** Rules, runs and findings. */
@Module({
  imports: [LedgerModule, ApprovalsModule, HttpModule, MetricsModule, OutboxModule, QueueModule],
  controllers: [RunController, FindingController],
  providers: [FundLocks, Reconciler, RunRequests, ReconciliationJobs, RunEvents],
  exports: [RunRequests],
})
export class ReconciliationModule implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly db: Database,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      'fund_reconciliation_age_seconds',
      'Time since the last run of a fund that completed.',
      ['fund'],
      async () => (await lastCompletedRuns(this.db)).map(({ fund, age }) => ({ labels: { fund }, value: age })),
    );
    this.metrics.gauge('fund_open_findings', 'Open findings by rule and severity.', ['rule', 'severity'], async () =>
      (await countOpenFindings(this.db)).map(({ rule, severity, count }) => ({ labels: { rule, severity }, value: count })),
    );
  }
}
