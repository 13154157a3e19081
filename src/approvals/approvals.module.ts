import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { HttpModule } from '../platform/http/index.js';
import { ApprovalController } from './approval.controller.js';
import { Approvals } from './approvals.js';
import { Acts } from './acts/acts.js';
import { Decisions } from './decisions.js';
import { Trials } from './trials.js';

/** What waits for a second person. */
@Module({
  imports: [HttpModule, LedgerModule],
  controllers: [ApprovalController],
  providers: [Acts, Trials, Approvals, Decisions],
  exports: [Acts, Approvals, Decisions],
})
export class ApprovalsModule {}
