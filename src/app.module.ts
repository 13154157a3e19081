import { type DynamicModule, Module } from '@nestjs/common';
import { ApprovalsModule } from './approvals/index.js';
import { AuditModule } from './audit/index.js';
import { AwardsModule } from './awards/index.js';
import { ENTITIES } from './declared.js';
import { BudgetModule } from './budget/index.js';
import { IdentityModule } from './identity/index.js';
import { LedgerModule } from './ledger/index.js';
import { PartiesModule } from './parties/index.js';
import { type Config, ConfigModule } from './platform/config/index.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { HealthModule } from './platform/health/index.js';
import { HttpModule } from './platform/http/index.js';
import { MetricsModule } from './platform/metrics/index.js';
import { OutboxModule } from './platform/outbox/outbox.module.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { ReconciliationModule } from './reconciliation/index.js';
import { SearchModule } from './search/index.js';
import { ReportsModule } from './reports/index.js';
import { WorklistsModule } from './worklists/index.js';

/** Everything, for each of the ways to start: HTTP, jobs, command line. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // platform
        ConfigModule.with(config),
        DatabaseModule.with(ENTITIES),
        QueueModule,
        OutboxModule,
        HttpModule,
        MetricsModule,
        HealthModule,
        // rooms
        LedgerModule,
        SearchModule,
        AuditModule,
        ApprovalsModule,
        IdentityModule,
        BudgetModule,
        AwardsModule,
        PartiesModule,
        ReconciliationModule,
        ReportsModule,
        WorklistsModule,
      ],
    };
  }
}
