import { Module } from '@nestjs/common';
import { JournalController } from './journal/journal.controller.js';
import { ReportsController } from './reports.controller.js';
import { HttpModule } from '../platform/http/index.js';

/** Reports and the journal: read only. */
@Module({ imports: [HttpModule], controllers: [ReportsController, JournalController] })
export class ReportsModule {}
