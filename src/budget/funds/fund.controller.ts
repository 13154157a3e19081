import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository } from 'typeorm';
import { accepted, invalid, parseYuan, problem, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { asKnown } from '../../parties/index.js';
import { Database } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
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
import { fundNamed } from './find-fund.js';
import { Fund } from './fund.entity.js';
import { insertYears } from '../years/fiscal-year.sql.js';
import { FundDto, NewFundDto, toFundDto, FundPageDto } from './fund.dto.js';

const MAX_YEARS = 50;
/** Scope of keys for writes that concern no fund yet. */
const NO_FUND = 0;

/** Policy funds (專項資金). */
@ApiTags('funds')
@Controller('funds')
export class FundController {
  constructor(
    private readonly database: Database,
    @InjectRepository(Fund) private readonly funds: Repository<Fund>,
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
    const rows = await this.funds.find({
      where: after === null ? {} : { id: LessThan(Number(after)) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, (row) => String(row.id));
    return { items: items.map(toFundDto), nextCursor };
  }

  @Post()
  @Roles('finance')
  @Refuses('already-exists')
  @ApiOperation({ summary: 'Makes a fund, with its years as drafts' })
  @ApiCreatedResponse({ type: FundDto })
  async create(
    @Body() body: NewFundDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<FundDto>> {
    if (body.lastYear < body.firstYear || body.lastYear >= body.firstYear + MAX_YEARS) {
      return refused(invalid('/lastYear', '須在首個年度起的 50 年內。', 'must lie within 50 years from the first year on'));
    }
    const annualAmountFen = parseYuan(body.annualAmount) ?? 0n;
    return this.writes.run({ fundId: NO_FUND, actor, request, status: 201 }, async (tx) => {
      const { code, name, names = null, firstYear, lastYear } = body;
      const known = await asKnown(tx, body.leadAgencies ?? [], (index) => `/leadAgencies/${index}`);
      if (!known.ok) return known;
      const row = { code, name, names, leadAgencies: known.value, annualAmountFen, firstYear, lastYear };
      if (!(await insertNew(tx.manager, Fund, row))) {
        return refused(problem('already-exists', `專項資金 ${code} 已存在。`, `The fund ${code} already exists.`));
      }
      const fund = await tx.manager.findOneByOrFail(Fund, { code });
      await insertYears(tx, fund.id, firstYear, lastYear);
      return accepted(toFundDto(fund));
    });
  }

  @Get(':fund')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one fund' })
  @ApiOkResponse({ type: FundDto })
  async show(@Param('fund', CodePipe) code: string): Promise<Answered<FundDto>> {
    const fund = await fundNamed(this.database, code);
    return fund.ok ? toFundDto(fund.value) : fund;
  }
}
