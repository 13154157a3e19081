import { Module } from '@nestjs/common';
import { JournalController } from './journal/journal.controller.js';
import { ReportsController } from './reports.controller.js';

/** Reports and the journal: read only. */
@Module({ controllers: [ReportsController, JournalController] })
export class ReportsModule {}
