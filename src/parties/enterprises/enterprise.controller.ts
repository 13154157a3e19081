import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { agencyScope, refused, type Actor } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { Answer, CurrentActor, Cursors, IfMatch, Roles, UuidPipe, type Answered } from '../../platform/http/index.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { changeEnterprise, noSuchEnterprise } from './change-enterprise.js';
import {
  EnterpriseChangeDto,
  EnterpriseDetailDto,
  EnterprisePageDto,
  EnterpriseQuery,
  toAwardTotalsDto,
  toDetailsDto,
  toEnterpriseDto,
} from './enterprise.dto.js';
import { awardTotals, mergers, otherNames } from './enterprise.sql.js';
import { Enterprise } from './enterprise.entity.js';
import { listEnterprises } from './find-enterprises.js';

/** Enterprises. Every role sees them, as a reservation needs the name; what they were awarded stays within the agency for officers. */
@ApiTags('enterprises')
@Controller('enterprises')
export class EnterpriseController {
  constructor(
    private readonly database: Database,
    @InjectRepository(Enterprise) private readonly enterprises: Repository<Enterprise>,
    private readonly cursors: Cursors,
    private readonly secrets: Secrets,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists enterprises, newest first' })
  @ApiOkResponse({ type: EnterprisePageDto })
  async list(@Query() query: EnterpriseQuery): Promise<Answered<EnterprisePageDto>> {
    const wanted = { fund: query.fund ?? null, q: query.q ?? null };
    const filters = { list: 'enterprises', ...wanted };
    const { limit } = query;
    const after = this.cursors.after(query, filters);
    const listed = await listEnterprises(this.database, this.enterprises, wanted, after, limit + 1);
    if (!listed.ok) return listed;
    return this.cursors.page(listed.value.map(toEnterpriseDto), limit, filters, (enterprise) => enterprise.id);
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one enterprise and what it was awarded' })
  @ApiOkResponse({ type: EnterpriseDetailDto })
  async show(@Param('id', UuidPipe) id: string, @CurrentActor() actor: Actor): Promise<Answered<EnterpriseDetailDto>> {
    const [row] = await this.enterprises.find({ where: { id }, relations: { fund: true } });
    return row === undefined ? refused(noSuchEnterprise()) : this.answered(row, actor);
  }

  @Patch(':id')
  @Roles('finance', 'officer')
  @ApiOperation({ summary: 'Changes name and details of an enterprise' })
  @ApiOkResponse({ type: EnterpriseDetailDto })
  async change(
    @Param('id', UuidPipe) id: string,
    @IfMatch() version: number,
    @Body() body: EnterpriseChangeDto,
    @CurrentActor() actor: Actor,
  ): Promise<Answered<EnterpriseDetailDto>> {
    const { secret } = this.secrets;
    const changed = await this.database.transaction((tx) => changeEnterprise(tx, id, version, body, secret));
    return changed.ok ? this.answered(changed.value, actor) : changed;
  }

  private async answered(row: Enterprise, actor: Actor): Promise<Answer<EnterpriseDetailDto>> {
    const { fundId, id, version } = row;
    const [totals, others, merged] = await Promise.all([
      awardTotals(this.database, fundId, id, agencyScope(actor)),
      otherNames(this.database, fundId, id),
      mergers(this.database, row),
    ]);
    const details = toDetailsDto(row);
    const awards = toAwardTotalsDto(totals);
    return new Answer({ ...toEnterpriseDto(row), ...others, ...merged, details, awards, version }, { version });
  }
}
