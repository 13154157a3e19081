import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { agencyScope, problem, ProblemError, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Ledger } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import { answerReplayed, CurrentActor, Cursors, etag, RequestIdentityOf, Roles, UuidPipe } from '../../platform/http/index.js';
import { findFinding, listFindings, type FindingRow } from './finding-list.sql.js';
import { FindingDto, FindingPageDto, FindingQuery, ResolveFindingDto, toFindingDto } from './finding.dto.js';

/** Findings (疑點): what reconciliation found. */
@ApiTags('reconciliation')
@ApiBearerAuth()
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
  async list(@Query() query: FindingQuery, @CurrentActor() actor: Actor): Promise<FindingPageDto> {
    const wanted = {
      agency: agencyScope(actor),
      fund: query.fund ?? null,
      fiscalYear: query.fiscalYear ?? null,
      rule: query.rule ?? null,
      status: query.status ?? null,
      severity: query.severity ?? null,
    };
    const filters = { list: 'findings', ...wanted };
    const rows = await listFindings(this.db, wanted, this.cursors.after(query, filters), query.limit + 1);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, (row) => row.id);
    return { items: items.map(toFindingDto), nextCursor };
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one finding, with its version as ETag' })
  @ApiOkResponse({ type: FindingDto })
  async show(
    @Param('id', UuidPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FindingDto> {
    const row = await this.findingOr404(id, agencyScope(actor));
    void reply.header('ETag', etag(row.version));
    return toFindingDto(row);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Roles('finance')
  @ApiOperation({ summary: 'Settles a finding: keep, release or dismiss, with a reason' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiOkResponse({ type: FindingDto })
  async resolve(
    @Param('id', UuidPipe) id: string,
    @Body() body: ResolveFindingDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FindingDto> {
    const finding = await this.findingOr404(id, null);
    const { resolution, reason } = body;
    const [result] = await this.ledger.post({
      fund: finding.fund,
      actor,
      mode: 'single',
      request,
      events: [
        { kind: 'settle', findingId: id, resolution, awardId: body.award?.toLowerCase() ?? null, reason, effectiveOn: null },
      ],
    });
    if (result === undefined) throw new Error('The ledger answered nothing');
    if (!result.ok) throw new ProblemError(result.problem);
    answerReplayed(reply, result.replayed);
    const settled = await this.findingOr404(id, null);
    void reply.header('ETag', etag(settled.version));
    return toFindingDto(settled);
  }

  private async findingOr404(id: string, agency: string | null): Promise<FindingRow> {
    const row = await findFinding(this.db, agency, id);
    if (row === null) throw new ProblemError(problem('not-found', '沒有此疑點', 'There is no such finding'));
    return row;
  }
}
