import { Module } from '@nestjs/common';
import { JournalController } from './journal/journal.controller.js';
import { ReportDesk } from './report-desk.js';
import { ReportsController } from './reports.controller.js';
import { HttpModule } from '../platform/http/index.js';
import { MetricsModule } from '../platform/metrics/index.js';

/** Reports and the journal: read only. */
@Module({ imports: [HttpModule, MetricsModule], controllers: [ReportsController, JournalController], providers: [ReportDesk] })
export class ReportsModule {}
