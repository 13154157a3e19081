import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { accepted, problem, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  IfMatch,
  isRefused,
  ListQuery,
  ReaderLanguage,
  RequestIdentityOf,
  Roles,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import { findLine } from './find-line.js';
import { ProgrammeLine } from './programme-line.entity.js';
import { addLine, changeLine } from './change-line.js';
import { fundNamed } from '../funds/find-fund.js';
import { CodePipe } from '../path.pipes.js';
import { LineChangeDto, LineDto, NewLineDto, toLineDto, LinePageDto } from './programme-line.dto.js';

/** Programme lines (支出方向): the funding clauses of the policy, with their rules as data. */
@ApiTags('funds')
@ApiBearerAuth()
@Controller('funds/:fund/lines')
export class ProgrammeLineController {
  constructor(
    private readonly database: Database,
    @InjectRepository(ProgrammeLine) private readonly lines: Repository<ProgrammeLine>,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists the lines of a fund, in the order of the policy' })
  @ApiOkResponse({ type: LinePageDto })
  async list(
    @Param('fund', CodePipe) code: string,
    @Query() query: ListQuery,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LinePageDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fund = found.value;
    const filters = { list: 'lines', fund: fund.code };
    const after = this.cursors.after(query, filters);
    const rows = await this.inOrder(fund.id, after === null ? null : Number(after), query.limit + 1);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, (row) => String(row.id));
    return { items: items.map((row) => toLineDto(fund.code, row, language)), nextCursor };
  }

  @Get(':line')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one line, with its version as ETag' })
  @ApiOkResponse({ type: LineDto })
  async show(
    @Param('fund', CodePipe) code: string,
    @Param('line', CodePipe) line: string,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LineDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const row = await findLine(this.database, found.value.id, line);
    if (row === null) return refused(problem('not-found', `沒有支出方向 ${line}。`, `There is no line ${line}.`));
    return new Answer(toLineDto(code, row, language), { version: row.version });
  }

  @Post()
  @Roles('finance')
  @ApiOperation({ summary: 'Adds a line, with its accounts in every open year' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ type: LineDto })
  async create(
    @Param('fund', CodePipe) code: string,
    @Body() body: NewLineDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LineDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fund = found.value;
    const answer = await this.writes.run({ fundId: fund.id, actor, request, status: 201 }, async (tx) => {
      const added = await addLine(tx, fund.id, body);
      return added.ok ? accepted(toLineDto(fund.code, added.value, language)) : added;
    });
    return isRefused(answer) ? answer : new Answer(answer.body, { ...answer.about, version: answer.body.version });
  }

  @Patch(':line')
  @Roles('finance')
  @ApiOperation({ summary: 'Changes a line; awards that a new rule would refuse become findings' })
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag that was read' })
  @ApiOkResponse({ type: LineDto })
  async change(
    @Param('fund', CodePipe) code: string,
    @Param('line', CodePipe) line: string,
    @Body() body: LineChangeDto,
    @IfMatch() version: number,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LineDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const changed = await this.database.transaction((tx) => changeLine(tx, found.value.id, line, version, body));
    if (!changed.ok) return changed;
    return new Answer(toLineDto(code, changed.value, language), { version: changed.value.version });
  }

  /** Lines after the one given (null: from the first), in the order of the policy. */
  private async inOrder(fundId: number, afterId: number | null, take: number): Promise<ProgrammeLine[]> {
    const after = afterId === null ? null : await this.lines.findOneBy({ fundId, id: afterId });
    if (after === null && afterId !== null) return [];
    return this.lines.find({
      where:
        after === null
          ? { fundId }
          : [
              { fundId, position: MoreThan(after.position) },
              { fundId, position: after.position, id: MoreThan(after.id) },
            ],
      order: { position: 'ASC', id: 'ASC' },
      take,
    });
  }
}
