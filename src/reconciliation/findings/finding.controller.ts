import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  agencyScope,
  found,
  invalid,
  problem,
  refused,
  type Actor,
  type RequestIdentity,
  type Result,
} from '../../kernel/index.js';
import { Acts, ApprovalDto, Approvals, type PostingAct } from '../../approvals/index.js';
import { Ledger } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  JsonText,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import { settleFinding, type SettleRequest } from './settle-finding.js';
import { settlementAct, type SettlementData } from './settlement-act.js';
import { findFinding, listFindings, type FindingWithAwards } from './find-findings.js';
import { FindingDto, FindingPageDto, FindingQuery, ResolveFindingDto, toFindingDto } from './finding.dto.js';
import { ResolveFindingQuery, SettledFindingDto } from './foretold-settlement.dto.js';
import { foretoldFinding, foretoldView } from './foretold-settlement.js';

/** Findings (疑點): what reconciliation found. */
@ApiTags('reconciliation')
@Controller('findings')
export class FindingController {
  private readonly act: PostingAct<SettlementData>;

  constructor(
    private readonly db: Database,
    private readonly cursors: Cursors,
    private readonly ledger: Ledger,
    private readonly approvals: Approvals,
    acts: Acts,
  ) {
    this.act = acts.addPosting(settlementAct(db));
  }

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'Lists findings, newest first; an officer sees those of lines that its agency leads, or of awards on them',
  })
  @ApiOkResponse({ type: FindingPageDto })
  async list(
    @Query() query: FindingQuery,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<FindingPageDto> {
    const agencies = agencyScope(actor);
    const wanted = {
      fund: query.fund ?? null,
      fiscalYear: query.fiscalYear ?? null,
      rule: query.rule ?? null,
      status: query.status ?? null,
      severity: query.severity ?? null,
      line: query.line ?? null,
      award: query.award ?? null,
      agency: query.agency ?? null,
      dueBy: query.dueBy ?? null,
    };
    const filters = { list: 'findings', agencies, ...wanted };
    const rows = await listFindings(this.db, agencies, wanted, this.cursors.after(query, filters), query.limit + 1);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, ({ finding }) => finding.id);
    return { items: items.map((item) => toFindingDto(item, language)), nextCursor };
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one finding, with its version as ETag' })
  @ApiOkResponse({ type: FindingDto })
  async show(
    @Param('id', UuidPipe) id: string,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<FindingDto>> {
    return this.answer(await this.seenBy(agencyScope(actor), id), language);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Roles('finance')
  @Refuses(
    'already-decided',
    'version-conflict',
    'award-has-payments',
    'project-already-subsidised',
    'exceeds-open-amount',
    'year-not-open',
    'ledger-damaged',
  )
  @ApiOperation({ summary: 'Settles a finding: keep, release, dismiss or acknowledge, with a reason' })
  @ApiOkResponse({ type: SettledFindingDto })
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks a second person for it: it waits' })
  async resolve(
    @Param('id', UuidPipe) id: string,
    @Query() { dryRun = false }: ResolveFindingQuery,
    @Body() body: ResolveFindingDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<SettledFindingDto> | Answered<ApprovalDto>> {
    const finding = await this.seenBy(null, id);
    if (!finding.ok) return finding;
    const { resolution, reason } = body;
    if (body.award !== undefined && body.awards !== undefined) {
      return refused(invalid('/awards', '單項與多項只能填寫其一', 'Use either award or awards'));
    }
    const awardIds = (body.award === undefined ? (body.awards ?? []) : [body.award]).map((award) => award.toLowerCase());
    const { documentNo = null, effectiveOn = null, demand = false, until = null, payable = false } = body;
    const decision = { findingId: id, resolution, awardIds, demand, until, payable, reason, documentNo, effectiveOn };
    if (dryRun) return this.tried(finding.value, decision, { actor, request, language });
    const { fund, rule, fiscalYear, amountFen } = finding.value.finding;
    const proposal = {
      fund: fund.code,
      data: { decision },
      asked: () => ({ finding: { id, rule }, ...body }),
      fiscalYear,
      amountFen,
    };
    const answer = await this.approvals.submit<FindingDto, SettlementData>(this.act, proposal, { actor, request, language });
    if (!(answer instanceof Answer) || answer.about.status !== undefined) return answer;
    const { body: settled, about } = answer;
    // A settlement from before answers were kept.
    if (!(settled instanceof JsonText) || settled.text === 'null')
      return this.answer(await this.seenBy(null, id), language, about.replayed);
    const { version } = JSON.parse(settled.text) as FindingDto;
    return new Answer(new JsonText<FindingDto>(settled.text), { version, ...about });
  }

  /** What the settlement would change. */
  private async tried(
    finding: FindingWithAwards,
    decision: SettleRequest,
    by: { readonly actor: Actor; readonly request: RequestIdentity; readonly language: Language },
  ): Promise<Answered<SettledFindingDto>> {
    const result = await settleFinding(this.db, this.ledger, by, decision, { dryRun: true });
    if (!result.ok) return result;
    const { foretold } = result;
    if (foretold === undefined) throw new Error('A dry run foretells');
    // As it was decided on: a run may have found more since it was first read.
    const now = await this.seenBy(null, decision.findingId);
    const after = foretoldFinding(now.ok ? now.value : finding, decision, by.actor.username, result);
    return { ...toFindingDto(after, by.language), ...foretoldView(foretold) };
  }

  /** `replayed`: a settlement from before answers were kept. */
  private answer(finding: Result<FindingWithAwards>, language: Language, replayed = false): Answered<FindingDto> {
    return finding.ok
      ? new Answer(toFindingDto(finding.value, language), { version: finding.value.finding.version, replayed })
      : finding;
  }

  /** `agencies` null: a role that sees all. */
  private async seenBy(agencies: readonly string[] | null, id: string): Promise<Result<FindingWithAwards>> {
    return found(await findFinding(this.db, agencies, id), problem('not-found', '沒有此疑點', 'There is no such finding'));
  }
}
