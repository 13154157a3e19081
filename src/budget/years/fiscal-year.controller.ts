import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { accepted, problem, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CodePipe,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  ListQuery,
  Refuses,
  RequestIdentityOf,
  Roles,
  type Answered,
} from '../../platform/http/index.js';
import { FiscalYear } from './fiscal-year.entity.js';
import { fundNamed } from '../funds/find-fund.js';
import { openYear } from './open-year.js';
import { YearPipe } from '../path.pipes.js';
import { PositionDto, PositionQuery, PositionPageDto } from '../positions/position.dto.js';
import { positionOf, positionsOf, type Position } from '../positions/position.js';

/** Fiscal years (預算年度) and where their money is. */
@ApiTags('fiscal years')
@Controller('funds/:fund/years')
export class FiscalYearController {
  constructor(
    private readonly database: Database,
    @InjectRepository(FiscalYear) private readonly fiscalYears: Repository<FiscalYear>,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists the positions of all years, latest first' })
  @ApiOkResponse({ type: PositionPageDto })
  async list(
    @Param('fund', CodePipe) code: string,
    @Query() query: ListQuery,
  ): Promise<Answered<{ items: readonly Position[]; nextCursor: string | null }>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fund = found.value;
    const filters = { list: 'years', fund: fund.code };
    const after = this.cursors.after(query, filters);
    const years = await this.fiscalYears.find({
      where: { fundId: fund.id, ...(after === null ? {} : { year: LessThan(Number(after)) }) },
      order: { year: 'DESC' },
      take: query.limit + 1,
    });
    const { items, nextCursor } = this.cursors.page(years, query.limit, filters, ({ year }) => String(year));
    return {
      items: await positionsOf(
        this.database,
        fund,
        items.map(({ year }) => year),
      ),
      nextCursor,
    };
  }

  @Get(':year')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows the position of a year: now, as of a business date, as recorded by an instant, or both' })
  @ApiOkResponse({ type: PositionDto })
  async show(
    @Param('fund', CodePipe) code: string,
    @Param('year', YearPipe) year: number,
    @Query() query: PositionQuery,
  ): Promise<Answered<Position>> {
    const fund = await fundNamed(this.database, code);
    if (!fund.ok) return fund;
    const recordedAsOf = query.recordedAsOf === undefined ? undefined : new Date(query.recordedAsOf);
    const position = await positionOf(this.database, fund.value, year, { asOf: query.asOf, recordedAsOf });
    return position ?? refused(problem('not-found', `沒有 ${year} 年度。`, `There is no fiscal year ${year}.`));
  }

  @Post(':year/open')
  @HttpCode(200)
  @Roles('finance')
  @Refuses('year-not-open', 'already-decided')
  @ApiOperation({ summary: 'Opens a draft year, with its accounts; a year after the last one is opened for run-off' })
  @ApiOkResponse({ type: PositionDto })
  async open(
    @Param('fund', CodePipe) code: string,
    @Param('year', YearPipe) year: number,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<Position>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fund = found.value;
    return this.writes.run({ fundId: fund.id, actor, request, status: 200 }, async (tx) => {
      const opened = await openYear(tx, fund, year);
      if (!opened.ok) return opened;
      const position = await positionOf(tx, fund, year);
      if (position === null) throw new Error(`The year ${year} was opened but is not there`);
      return accepted(position);
    });
  }
}
