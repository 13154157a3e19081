import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { parseYuan, ProblemError, type Actor, type Fen, type RequestIdentity } from '../kernel/index.js';
import { Usernames } from '../identity/index.js';
import { Ledger, type AwardEvent } from '../ledger/index.js';
import { Database } from '../platform/database/database.js';
import { answerReplayed, CurrentActor, RequestIdentityOf, Roles, UuidPipe } from '../platform/http/index.js';
import { CitedPaymentDto, CommitmentDto, DisbursementDto, RecoveryDto, ReleaseDto } from './award-action.dto.js';
import { awardView } from './award-view.js';
import { noSuchAward } from './award.controller.js';
import { AwardDto } from './award.dto.js';
import { findAward } from './award.sql.js';

/** The steps of an award after its reservation: 承諾, 撥付, 釋放, 退回, 追回. Each answers the award as it stands after it. */
@ApiTags('awards')
@ApiBearerAuth()
@ApiHeader({ name: 'Idempotency-Key', required: true })
@Controller('awards/:id')
export class AwardActionController {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly usernames: Usernames,
  ) {}

  @Post('commitments')
  @Roles('officer', 'finance')
  @ApiOperation({ summary: 'Commits the open reservation, whole or in part' })
  @ApiCreatedResponse({ type: AwardDto })
  commit(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: CommitmentDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AwardDto> {
    return this.post({ ...said(body), kind: 'commit', awardId, amountFen: fenOrAll(body.amount) }, actor, request, reply);
  }

  @Post('disbursements')
  @Roles('finance')
  @ApiOperation({ summary: 'Pays a part or all of the open commitment' })
  @ApiCreatedResponse({ type: AwardDto })
  disburse(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: DisbursementDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AwardDto> {
    const { paymentRef } = body;
    return this.post(
      { ...said(body), kind: 'disburse', awardId, amountFen: fen(body.amount), paymentRef },
      actor,
      request,
      reply,
    );
  }

  @Post('releases')
  @Roles('officer', 'finance')
  @ApiOperation({ summary: 'Gives an open reservation or commitment back to available' })
  @ApiCreatedResponse({ type: AwardDto })
  release(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: ReleaseDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AwardDto> {
    const { from } = body;
    return this.post({ ...said(body), kind: 'release', awardId, from, amountFen: fenOrAll(body.amount) }, actor, request, reply);
  }

  @Post('returns')
  @Roles('finance')
  @ApiOperation({ summary: 'Records a payment that the bank returned: it is committed again' })
  @ApiCreatedResponse({ type: AwardDto })
  returned(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: CitedPaymentDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AwardDto> {
    const { paymentRef } = body;
    return this.post({ ...said(body), kind: 'return', awardId, amountFen: fen(body.amount), paymentRef }, actor, request, reply);
  }

  @Post('recovery-demands')
  @Roles('finance')
  @ApiOperation({ summary: 'Demands paid money back from the grantee' })
  @ApiCreatedResponse({ type: AwardDto })
  demand(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: CitedPaymentDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AwardDto> {
    const { paymentRef } = body;
    return this.post(
      { ...said(body), kind: 'recovery-demand', awardId, amountFen: fen(body.amount), paymentRef },
      actor,
      request,
      reply,
    );
  }

  @Post('recoveries')
  @Roles('finance')
  @ApiOperation({ summary: 'Records demanded money that was received' })
  @ApiCreatedResponse({ type: AwardDto })
  recover(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: RecoveryDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AwardDto> {
    const { demandId, receiptRef } = body;
    const event = {
      ...said(body),
      kind: 'recovery' as const,
      awardId,
      amountFen: fen(body.amount),
      demandId: demandId.toLowerCase(),
      receiptRef,
    };
    return this.post(event, actor, request, reply);
  }

  private async post(event: AwardEvent, actor: Actor, request: RequestIdentity, reply: FastifyReply): Promise<AwardDto> {
    const found = await findAward(this.database, event.awardId);
    if (found === null) throw new ProblemError(noSuchAward(event.awardId));
    const [result] = await this.ledger.post({ fund: found.fund, actor, mode: 'single', request, events: [event] });
    if (result === undefined) throw new Error('A unit of one event got no result');
    if (!result.ok) throw new ProblemError(result.problem);
    if (result.award === null) throw new Error(`A ${event.kind} has an award`);
    answerReplayed(reply, result.replayed);
    return awardView(result.award, await this.usernames.of([result.award.createdBy]));
  }
}

function said(body: { readonly effectiveOn?: string; readonly documentNo?: string; readonly reason?: string }) {
  return { effectiveOn: body.effectiveOn ?? null, documentNo: body.documentNo ?? null, reason: body.reason ?? null };
}

function fen(amount: string): Fen {
  return parseYuan(amount) ?? 0n;
}

function fenOrAll(amount: string | undefined): Fen | null {
  return amount === undefined ? null : fen(amount);
}
