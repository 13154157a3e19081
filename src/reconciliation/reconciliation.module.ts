import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { FindingController } from './findings/finding.controller.js';
import { Reconciler } from './runs/reconciler.js';
import { ReconciliationJobs } from './runs/reconciliation-jobs.js';
import { RunEvents } from './runs/run-events.js';
import { RunRequests } from './runs/run-requests.js';
import { RunController } from './runs/run.controller.js';

/** Rules, runs and findings. */
@Module({
  imports: [LedgerModule],
  controllers: [RunController, FindingController],
  providers: [Reconciler, RunRequests, ReconciliationJobs, RunEvents],
  exports: [RunRequests],
})
export class ReconciliationModule {}
