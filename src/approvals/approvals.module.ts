import { Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '../ledger/index.js';
import { HttpModule } from '../platform/http/index.js';
import { ApprovalController } from './approval.controller.js';
import { Approvals } from './approvals.js';
import { Acts } from './acts/acts.js';
import { Decisions } from './decisions.js';
import { APPROVALS_ENTITIES } from './entities.js';
import { ApprovalPolicyController } from './policy/policy.controller.js';
import { PEOPLE, type People } from './people.js';
import { Trials } from './trials.js';

/** What waits for a second person, and for what a fund asks one. */
@Module({
  imports: [HttpModule, LedgerModule, TypeOrmModule.forFeature([...APPROVALS_ENTITIES])],
  controllers: [ApprovalController, ApprovalPolicyController],
  providers: [Acts, Trials, Approvals, Decisions],
  exports: [Acts, Approvals, Decisions],
})
export class ApprovalsModule implements OnModuleInit {
  constructor(
    private readonly trials: Trials,
    private readonly modules: ModuleRef,
  ) {}

  onModuleInit(): void {
    // The room of users comes behind this one.
    this.trials.people = this.modules.get<People>(PEOPLE, { strict: false });
  }
}
