import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseYuan, refused, type Actor, type Fen, type RequestIdentity } from '../kernel/index.js';
import { Acts, ApprovalDto, Approvals, type AskedBy, type Json, type PostingAct } from '../approvals/index.js';
import { Usernames } from '../identity/index.js';
import type { AwardEvent, Payee } from '../ledger/index.js';
import { bankAccountOf } from '../parties/index.js';
import { Database } from '../platform/database/database.js';
import {
  CurrentActor,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
  type Language,
} from '../platform/http/index.js';
import { Secrets } from '../platform/secrets/secrets.js';
import {
  CitedPaymentDto,
  CommitmentDto,
  DisbursementDto,
  RecoveryDto,
  ReleaseDto,
  type PayeeRequestDto,
} from './award-action.dto.js';
import { PublicityDto } from './award-request.dto.js';
import { awardStepAct, awardStepUnit, type AwardStepData } from './award-step-act.js';
import { noSuchAward } from './award.controller.js';
import { AwardDto } from './award.dto.js';
import { findAward } from './award.sql.js';
import { publicityOf } from './reserve-awards.js';

/** The steps of an award after its reservation: 承諾, 撥付, 釋放, 退回, 追回. Each answers the award as it stands after it. */
@ApiTags('awards')
@Controller('awards/:id')
export class AwardActionController {
  private readonly act: PostingAct<AwardStepData>;

  constructor(
    private readonly database: Database,
    private readonly approvals: Approvals,
    private readonly secrets: Secrets,
    private readonly usernames: Usernames,
    acts: Acts,
  ) {
    this.act = acts.addPosting(awardStepAct(database, usernames));
  }

  @Post('commitments')
  @Roles('officer', 'finance')
  @Refuses('year-not-open', 'award-on-hold', 'exceeds-open-amount', 'ledger-damaged')
  @ApiOperation({ summary: 'Commits the open reservation, whole or in part' })
  @ApiCreatedResponse({ type: AwardDto })
  commit(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: CommitmentDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    return this.post(
      { ...statedIn(body), kind: 'commit', awardId, amountFen: fenOrAll(body.amount) },
      { actor, request, language },
      body,
    );
  }

  @Post('disbursements')
  @Roles('finance', 'officer')
  @Refuses('year-not-open', 'award-on-hold', 'already-exists', 'exceeds-open-amount', 'insufficient-funds', 'ledger-damaged')
  @ApiOperation({
    summary: 'Pays a part or all of the open commitment',
    description: 'An officer asks for it (用款申請): one finance user agrees, and it is posted.',
  })
  @ApiCreatedResponse({ type: AwardDto })
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'It waits for a second person' })
  disburse(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: DisbursementDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    const { paymentRef, voucherNo = null, paidOn = null } = body;
    const payee = body.payee === undefined ? null : payeeOf(body.payee, this.secrets.secret);
    const event = {
      ...statedIn(body),
      kind: 'disburse',
      awardId,
      amountFen: fen(body.amount),
      paymentRef,
      payee,
      voucherNo,
      paidOn,
    } as const;
    const masked = payee === null ? {} : { payee: { name: payee.name, bankAccount: payee.accountMasked, bank: payee.bank } };
    return this.post(event, { actor, request, language }, body, masked);
  }

  @Post('publicity')
  @Roles('officer', 'finance')
  @Refuses('ledger-damaged')
  @ApiOperation({
    summary: 'Records the days on which the award is shown to the public',
    description:
      'Recorded again, the last one counts; all stay in the history. Moves no money, and is dated today, whatever the year.',
  })
  @ApiCreatedResponse({ type: AwardDto })
  publicity(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: PublicityDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    return this.post(
      { kind: 'publicity', awardId, publicity: publicityOf(body), effectiveOn: null },
      { actor, request, language },
      body,
    );
  }

  @Post('releases')
  @Roles('officer', 'finance')
  @Refuses('year-not-open', 'exceeds-open-amount', 'ledger-damaged')
  @ApiOperation({ summary: 'Gives an open reservation or commitment back to available' })
  @ApiCreatedResponse({ type: AwardDto })
  release(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: ReleaseDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    const { from } = body;
    return this.post(
      { ...statedIn(body), kind: 'release', awardId, from, amountFen: fenOrAll(body.amount) },
      { actor, request, language },
      body,
    );
  }

  @Post('returns')
  @Roles('finance')
  @Refuses('year-not-open', 'year-passed', 'exceeds-open-amount', 'ledger-damaged')
  @ApiOperation({ summary: 'Records a payment that the bank returned: it is committed again' })
  @ApiCreatedResponse({ type: AwardDto })
  returned(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: CitedPaymentDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    const { paymentRef } = body;
    return this.post(
      { ...statedIn(body), kind: 'return', awardId, amountFen: fen(body.amount), paymentRef },
      { actor, request, language },
      body,
    );
  }

  @Post('recovery-demands')
  @Roles('finance')
  @Refuses('year-not-open', 'exceeds-open-amount', 'ledger-damaged')
  @ApiOperation({ summary: 'Demands paid money back from the grantee' })
  @ApiCreatedResponse({ type: AwardDto })
  demand(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: CitedPaymentDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    const { paymentRef } = body;
    return this.post(
      { ...statedIn(body), kind: 'recovery-demand', awardId, amountFen: fen(body.amount), paymentRef },
      { actor, request, language },
      body,
    );
  }

  @Post('recoveries')
  @Roles('finance')
  @Refuses('year-not-open', 'year-passed', 'already-exists', 'exceeds-open-amount', 'ledger-damaged')
  @ApiOperation({ summary: 'Records demanded money that was received' })
  @ApiCreatedResponse({ type: AwardDto })
  recover(
    @Param('id', UuidPipe) awardId: string,
    @Body() body: RecoveryDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    const { demandId, receiptRef } = body;
    const event = {
      ...statedIn(body),
      kind: 'recovery' as const,
      awardId,
      amountFen: fen(body.amount),
      demandId: demandId.toLowerCase(),
      receiptRef,
    };
    return this.post(event, { actor, request, language }, body);
  }

  /** `asked`: what of the body is not as it was sent, because it is kept. */
  private async post(
    event: AwardEvent,
    by: AskedBy,
    body: object,
    asked: Json = {},
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    const found = await findAward(this.database, event.awardId);
    if (found === null) return refused(noSuchAward(event.awardId));
    const { fund, number, fiscal_year: fiscalYear } = found;
    const amountFen = 'amountFen' in event ? event.amountFen : null;
    const said = () => ({ step: event.kind, award: { id: event.awardId, number }, ...body, ...asked });
    const made = await awardStepUnit(this.usernames, event, found, by.language);
    const proposal = { fund, data: { event }, asked: said, fiscalYear, amountFen, made };
    return this.approvals.submit<AwardDto, AwardStepData>(this.act, proposal, by);
  }
}

/** What every step states. */
function statedIn(body: { readonly effectiveOn?: string; readonly documentNo?: string; readonly reason?: string }) {
  return { effectiveOn: body.effectiveOn ?? null, documentNo: body.documentNo ?? null, reason: body.reason ?? null };
}

/** The payee as it is kept: without the number of its account. */
function payeeOf({ name, bankAccount, bank }: PayeeRequestDto, secret: string): Payee {
  const { hash: accountHash, masked: accountMasked } = bankAccountOf(bankAccount, secret);
  return { name, bank, accountHash, accountMasked };
}

function fen(amount: string): Fen {
  return parseYuan(amount) ?? 0n;
}

function fenOrAll(amount: string | undefined): Fen | null {
  return amount === undefined ? null : fen(amount);
}
