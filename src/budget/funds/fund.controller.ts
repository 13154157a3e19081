import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { invalid, parseYuan, problem, ProblemError, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Database, type Sql } from '../../platform/database/database.js';
import {
  answerReplayed,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  ListQuery,
  RequestIdentityOf,
  Roles,
} from '../../platform/http/index.js';
import { findFund, insertFund, listFunds, type FundRow } from './fund.sql.js';
import { insertYears } from '../years/fiscal-year.sql.js';
import { FundDto, NewFundDto, toFundDto, FundPageDto } from './fund.dto.js';
import { CodePipe } from '../path.pipes.js';

const MAX_YEARS = 50;
/** Scope of keys for writes that concern no fund yet. */
const NO_FUND = 0;

/** Policy funds (專項資金). */
@ApiTags('funds')
@ApiBearerAuth()
@Controller('funds')
export class FundController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists the funds, newest first' })
  @ApiOkResponse({ type: FundPageDto })
  async list(@Query() query: ListQuery): Promise<FundPageDto> {
    const filters = { list: 'funds' };
    const after = this.cursors.after(query, filters);
    const rows = await listFunds(this.database, after === null ? null : Number(after), query.limit + 1);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, (row) => String(row.id));
    return { items: items.map(toFundDto), nextCursor };
  }

  @Post()
  @Roles('finance')
  @ApiOperation({ summary: 'Makes a fund, with its years as drafts' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ type: FundDto })
  async create(
    @Body() body: NewFundDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FundDto> {
    if (body.lastYear < body.firstYear || body.lastYear >= body.firstYear + MAX_YEARS) {
      throw new ProblemError(invalid('/lastYear', '須在 firstYear 起的 50 年內。', 'must lie within 50 years from firstYear on'));
    }
    const annualAmountFen = parseYuan(body.annualAmount) ?? 0n;
    const answer = await this.writes.run({ fundId: NO_FUND, actor, request }, async (tx) => {
      const { code, name, firstYear, lastYear } = body;
      const fund = await insertFund(tx, { code, name, annualAmountFen, firstYear, lastYear });
      if (fund === null)
        throw new ProblemError(problem('already-exists', `專項資金 ${code} 已存在。`, `The fund ${code} already exists.`));
      await insertYears(tx, fund.id, firstYear, lastYear);
      return { status: 201, body: toFundDto(fund) };
    });
    answerReplayed(reply, answer.replayed);
    return answer.body;
  }

  @Get(':fund')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one fund' })
  @ApiOkResponse({ type: FundDto })
  async show(@Param('fund', CodePipe) code: string): Promise<FundDto> {
    return toFundDto(await fundOr404(this.database, code));
  }
}

/** The fund with this code, else `not-found`. */
export async function fundOr404(sql: Sql, code: string): Promise<FundRow> {
  const fund = await findFund(sql, code);
  if (fund === null) throw new ProblemError(problem('not-found', `沒有專項資金 ${code}。`, `There is no fund ${code}.`));
  return fund;
}
