import { Module } from '@nestjs/common';
import { FiscalYearController } from './fiscal-year.controller.js';
import { FundController } from './fund.controller.js';
import { ProgrammeLineController } from './programme-line.controller.js';

/** Funds, fiscal years, programme lines and budget entries. */
@Module({ controllers: [FundController, ProgrammeLineController, FiscalYearController] })
export class BudgetModule {}
