import { ApprovalsModule } from '../approvals/index.js';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BUDGET_ENTITIES } from './entities.js';
import { IdentityModule } from '../identity/index.js';
import { BudgetEntryController } from './entries/budget-entry.controller.js';
import { FiscalYearController } from './years/fiscal-year.controller.js';
import { RewardReadingController } from './funds/reward-reading.controller.js';
import { FundController } from './funds/fund.controller.js';
import { ProgrammeLineController } from './lines/programme-line.controller.js';
import { LedgerModule } from '../ledger/index.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { HttpModule } from '../platform/http/index.js';

/** Funds, fiscal years, programme lines and budget entries. */
@Module({
  imports: [
    IdentityModule,
    ApprovalsModule,
    HttpModule,
    LedgerModule,
    OutboxModule,
    TypeOrmModule.forFeature([...BUDGET_ENTITIES]),
  ],
  controllers: [FundController, RewardReadingController, ProgrammeLineController, FiscalYearController, BudgetEntryController],
})
export class BudgetModule {}
