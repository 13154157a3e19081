import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Acts, ApprovalDto, Approvals, type PostingAct } from '../../approvals/index.js';
import { Ledger, type PostResult } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  IfMatch,
  JsonText,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import {
  ExternalAwardChangeDto,
  ExternalAwardDto,
  ExternalAwardPageDto,
  ExternalAwardQuery,
  NewExternalAwardDto,
  toExternalAwardDto,
} from './external-award.dto.js';
import { ExternalAward } from './external-award.entity.js';
import {
  externalAwardChangeAct,
  findExternalAward,
  noSuchExternalAward,
  recordExternalAward,
  type ExternalAwardChange,
} from './record-external-award.js';

/** Rewards of the other two programmes, of which and ours only the highest of a year is paid (§二(九)2). */
@ApiTags('external awards')
@Controller('external-awards')
export class ExternalAwardController {
  private readonly act: PostingAct<ExternalAwardChange>;

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    @InjectRepository(ExternalAward) private readonly awards: Repository<ExternalAward>,
    private readonly cursors: Cursors,
    private readonly approvals: Approvals,
    acts: Acts,
  ) {
    this.act = acts.addPosting(externalAwardChangeAct(database));
  }

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists external awards, newest first, withdrawn ones included' })
  @ApiOkResponse({ type: ExternalAwardPageDto })
  async list(@Query() query: ExternalAwardQuery): Promise<ExternalAwardPageDto> {
    const { fund, fiscalYear, programme, enterprise } = query;
    const filters = { list: 'external-awards', fund, fiscalYear, programme, enterprise };
    const bound = Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, value ?? null]));
    const after = this.cursors.after(query, bound);
    const rows = await this.awards.find({
      where: {
        ...(fund === undefined ? {} : { fund: { code: fund } }),
        ...(fiscalYear === undefined ? {} : { fiscalYear }),
        ...(programme === undefined ? {} : { programme }),
        ...(enterprise === undefined ? {} : { enterpriseId: enterprise }),
        ...(after === null ? {} : { id: LessThan(after) }),
      },
      relations: { fund: true, enterprise: true },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    return this.cursors.page(rows.map(toExternalAwardDto), query.limit, bound, ({ id }) => id);
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one external award, with its version as ETag' })
  @ApiOkResponse({ type: ExternalAwardDto })
  async show(@Param('id', UuidPipe) id: string): Promise<Answered<ExternalAwardDto>> {
    const row = await this.awards.findOne({ where: { id }, relations: { fund: true, enterprise: true } });
    return row === null ? refused(noSuchExternalAward()) : new Answer(toExternalAwardDto(row), { version: row.version });
  }

  @Post()
  @Roles('finance')
  @Refuses('not-found', 'already-exists', 'version-conflict', 'ledger-damaged')
  @ApiOperation({
    summary: 'Records a reward of another programme',
    description: 'Awards of ours that are not the highest any more are on hold in the same transaction.',
  })
  @ApiCreatedResponse({ type: ExternalAwardDto })
  async record(
    @Body() body: NewExternalAwardDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<ExternalAwardDto>> {
    return answered(await recordExternalAward(this.database, this.ledger, { actor, request }, body));
  }

  @Patch(':id')
  @Roles('finance')
  @Refuses('already-exists', 'already-decided', 'ledger-damaged')
  @ApiOperation({ summary: 'Corrects or withdraws an external award, with a reason; it is never deleted' })
  @ApiOkResponse({ type: ExternalAwardDto })
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks a second person for it: it waits' })
  async change(
    @Param('id', UuidPipe) id: string,
    @IfMatch() version: number,
    @Body() body: ExternalAwardChangeDto,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<ExternalAwardDto> | Answered<ApprovalDto>> {
    const known = await findExternalAward(this.database, id.toLowerCase());
    if (known === null) return refused(noSuchExternalAward());
    const { fiscalYear, amountFen } = known;
    const data = { id: known.id, version, body };
    const asked = () => ({ externalAward: known.id, ...body });
    const proposal = { fund: known.fund.code, data, asked, fiscalYear, amountFen };
    return this.approvals.submit<ExternalAwardDto, ExternalAwardChange>(this.act, proposal, { actor, request: null, language });
  }
}

function answered(result: PostResult): Answered<ExternalAwardDto> {
  if (!result.ok) return result;
  return new Answer(new JsonText<ExternalAwardDto>(result.answer ?? ''), { replayed: result.replayed });
}
