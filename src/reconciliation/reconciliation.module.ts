import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { FindingController } from './finding.controller.js';
import { Reconciler } from './reconciler.js';
import { ReconciliationJobs } from './reconciliation-jobs.js';
import { RunEvents } from './run-events.js';
import { RunRequests } from './run-requests.js';
import { RunController } from './run.controller.js';

/** Rules, runs and findings. */
@Module({
  imports: [LedgerModule],
  controllers: [RunController, FindingController],
  providers: [Reconciler, RunRequests, ReconciliationJobs, RunEvents],
  exports: [RunRequests],
})
export class ReconciliationModule {}
