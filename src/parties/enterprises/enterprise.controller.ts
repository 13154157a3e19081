import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { agencyScope, problem, refused, type Actor } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { CurrentActor, Cursors, Roles, UuidPipe, type Answered } from '../../platform/http/index.js';
import { EnterpriseDetailDto, EnterprisePageDto, EnterpriseQuery, toAwardTotalsDto, toEnterpriseDto } from './enterprise.dto.js';
import { awardTotals, otherNames } from './enterprise.sql.js';
import { Enterprise } from './enterprise.entity.js';
import { listEnterprises } from './find-enterprises.js';

/** Enterprises. Every role sees them, as a reservation needs the name; what they were awarded stays within the agency for officers. */
@ApiTags('enterprises')
@ApiBearerAuth()
@Controller('enterprises')
export class EnterpriseController {
  constructor(
    private readonly database: Database,
    @InjectRepository(Enterprise) private readonly enterprises: Repository<Enterprise>,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists enterprises, newest first' })
  @ApiOkResponse({ type: EnterprisePageDto })
  async list(@Query() query: EnterpriseQuery): Promise<EnterprisePageDto> {
    const wanted = { fund: query.fund ?? null, q: query.q ?? null };
    const filters = { list: 'enterprises', ...wanted };
    const { limit } = query;
    const rows = await listEnterprises(this.enterprises, wanted, this.cursors.after(query, filters), limit + 1);
    return this.cursors.page(rows.map(toEnterpriseDto), limit, filters, (enterprise) => enterprise.id);
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one enterprise and what it was awarded' })
  @ApiOkResponse({ type: EnterpriseDetailDto })
  async show(@Param('id', UuidPipe) id: string, @CurrentActor() actor: Actor): Promise<Answered<EnterpriseDetailDto>> {
    const [row] = await this.enterprises.find({ where: { id }, relations: { fund: true } });
    if (row === undefined) return refused(problem('not-found', '沒有這家企業', 'There is no such enterprise'));
    const [totals, others] = await Promise.all([
      awardTotals(this.database, row.fundId, id, agencyScope(actor)),
      otherNames(this.database, row.fundId, id),
    ]);
    return { ...toEnterpriseDto(row), ...others, awards: toAwardTotalsDto(totals) };
  }
}
