import { Body, Controller, Get, Headers, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { problem, ProblemError, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  answerReplayed,
  CurrentActor,
  Cursors,
  etag,
  IdempotentWrites,
  IfMatch,
  languageOf,
  ListQuery,
  RequestIdentityOf,
  Roles,
  type Language,
} from '../../platform/http/index.js';
import { findLine, listLines } from './line.sql.js';
import { addLine, changeLine } from './change-line.js';
import { fundOr404 } from '../funds/fund.controller.js';
import { CodePipe } from '../path.pipes.js';
import { LineChangeDto, LineDto, NewLineDto, toLineDto, LinePageDto } from './programme-line.dto.js';

/** Programme lines (支出方向): the funding clauses of the policy, with their rules as data. */
@ApiTags('funds')
@ApiBearerAuth()
@Controller('funds/:fund/lines')
export class ProgrammeLineController {
  constructor(
    private readonly database: Database,
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
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LinePageDto> {
    const fund = await fundOr404(this.database, code);
    const language = readersLanguage(accepted, reply);
    const filters = { list: 'lines', fund: fund.code };
    const after = this.cursors.after(query, filters);
    const rows = await listLines(this.database, fund.id, after === null ? null : Number(after), query.limit + 1);
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
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LineDto> {
    const fund = await fundOr404(this.database, code);
    const row = await findLine(this.database, fund.id, line);
    if (row === null) throw new ProblemError(problem('not-found', `沒有支出方向 ${line}。`, `There is no line ${line}.`));
    void reply.header('ETag', etag(row.version));
    return toLineDto(fund.code, row, readersLanguage(accepted, reply));
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
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LineDto> {
    const fund = await fundOr404(this.database, code);
    const language = readersLanguage(accepted, reply);
    const answer = await this.writes.run({ fundId: fund.id, actor, request }, async (tx) => {
      const result = await addLine(tx, fund.id, body);
      if (!result.ok) throw new ProblemError(result.problem);
      return { status: 201, body: toLineDto(fund.code, result.value, language) };
    });
    answerReplayed(reply, answer.replayed);
    void reply.header('ETag', etag(answer.body.version));
    return answer.body;
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
    @Headers('accept-language') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LineDto> {
    const fund = await fundOr404(this.database, code);
    const result = await this.database.transaction((tx) => changeLine(tx, fund.id, line, version, body));
    if (!result.ok) throw new ProblemError(result.problem);
    void reply.header('ETag', etag(result.value.version));
    return toLineDto(fund.code, result.value, readersLanguage(accepted, reply));
  }
}

/** The reader's language, and says that the answer depends on it. */
function readersLanguage(accepted: string | undefined, reply: FastifyReply): Language {
  const language = languageOf(accepted);
  void reply.header('Content-Language', language).header('Vary', 'Accept-Language');
  return language;
}
