import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { BudgetEntryController } from './budget-entry.controller.js';
import { FiscalYearController } from './fiscal-year.controller.js';
import { FundController } from './fund.controller.js';
import { ProgrammeLineController } from './programme-line.controller.js';

/** Funds, fiscal years, programme lines and budget entries. */
@Module({
  imports: [IdentityModule],
  controllers: [FundController, ProgrammeLineController, FiscalYearController, BudgetEntryController],
})
export class BudgetModule {}
