import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { settleFinding } from './settle-finding.js';
import { findFinding, listFindings, type FindingWithAwards } from './find-findings.js';
import { FindingDto, FindingPageDto, FindingQuery, ResolveFindingDto, toFindingDto } from './finding.dto.js';
import { ResolveFindingQuery, SettledFindingDto } from './foretold-settlement.dto.js';
import { foretoldFinding, foretoldView } from './foretold-settlement.js';

/** Findings (疑點): what reconciliation found. */
@ApiTags('reconciliation')
@Controller('findings')
export class FindingController {
  constructor(
    private readonly db: Database,
    private readonly cursors: Cursors,
    private readonly ledger: Ledger,
  ) {}

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
  async resolve(
    @Param('id', UuidPipe) id: string,
    @Query() { dryRun = false }: ResolveFindingQuery,
    @Body() body: ResolveFindingDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<SettledFindingDto>> {
    const finding = await this.seenBy(null, id);
    if (!finding.ok) return finding;
    const { resolution, reason } = body;
    if (body.award !== undefined && body.awards !== undefined) {
      return refused(invalid('/awards', '單項與多項只能填寫其一', 'Use either award or awards'));
    }
    const awardIds = (body.award === undefined ? (body.awards ?? []) : [body.award]).map((award) => award.toLowerCase());
    const { documentNo = null, effectiveOn = null, demand = false, until = null, payable = false } = body;
    const decision = { findingId: id, resolution, awardIds, demand, until, payable, reason, documentNo, effectiveOn };
    const result = await settleFinding(this.db, this.ledger, { actor, request, language }, decision, { dryRun });
    if (!result.ok) return result;
    const { answer, replayed, foretold } = result;
    if (foretold !== undefined) {
      // As it was decided on: a run may have found more since it was first read.
      const now = await this.seenBy(null, id);
      const after = foretoldFinding(now.ok ? now.value : finding.value, decision, actor.username, result);
      return { ...toFindingDto(after, language), ...foretoldView(foretold) };
    }
    if (answer === null) return this.answer(await this.seenBy(null, id), language, replayed);
    const { version } = JSON.parse(answer) as FindingDto;
    return new Answer(new JsonText<FindingDto>(answer), { version, replayed });
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
