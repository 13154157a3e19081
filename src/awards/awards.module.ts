import { ApprovalsModule } from '../approvals/index.js';
import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/index.js';
import { AwardActionController } from './award-action.controller.js';
import { AwardController } from './award.controller.js';
import { PaymentController } from './payments/payment.controller.js';
import { ReserveAwards } from './reserve-awards.js';
import { ReserveController } from './reserve.controller.js';
import { LedgerModule } from '../ledger/index.js';
import { HttpModule } from '../platform/http/index.js';

/** The life of an award. */
@Module({
  imports: [IdentityModule, ApprovalsModule, HttpModule, LedgerModule],
  controllers: [ReserveController, AwardController, AwardActionController, PaymentController],
  providers: [ReserveAwards],
})
export class AwardsModule {}
