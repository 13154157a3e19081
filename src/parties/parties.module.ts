import { ApprovalsModule } from '../approvals/index.js';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PARTIES_ENTITIES } from './entities.js';
import { Agencies } from './agencies/agencies.js';
import { AgencyController } from './agencies/agency.controller.js';
import { ExternalAwardController } from './external-awards/external-award.controller.js';
import { MergerController } from './enterprises/merger.controller.js';
import { LedgerModule } from '../ledger/index.js';
import { EnterpriseController } from './enterprises/enterprise.controller.js';
import { HttpModule } from '../platform/http/index.js';

/** Enterprises, projects and persons, the codes by which they are known, and agencies. */
@Module({
  imports: [ApprovalsModule, HttpModule, LedgerModule, TypeOrmModule.forFeature([...PARTIES_ENTITIES])],
  controllers: [EnterpriseController, MergerController, AgencyController, ExternalAwardController],
  providers: [Agencies],
  exports: [Agencies],
})
export class PartiesModule {}
