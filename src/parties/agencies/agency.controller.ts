import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { accepted, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  IfMatch,
  isRefused,
  ListQuery,
  Refuses,
  RequestIdentityOf,
  Roles,
  type Answered,
} from '../../platform/http/index.js';
import { Agencies } from './agencies.js';
import { AgencyChangeDto, AgencyDto, AgencyPageDto, NewAgencyDto, toAgencyDto } from './agency.dto.js';
import { Agency } from './agency.entity.js';
import { addAgency, changeAgency, noSuchAgency } from './change-agency.js';

/** Scope of keys for writes that concern no fund. */
const NO_FUND = 0;
const FILTERS = { list: 'agencies' };

/** Agencies (主管部門), their names, and who succeeded whom. */
@ApiTags('agencies')
@Controller('agencies')
export class AgencyController {
  constructor(
    private readonly database: Database,
    @InjectRepository(Agency) private readonly agencies: Repository<Agency>,
    private readonly known: Agencies,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists the agencies, by their codes' })
  @ApiOkResponse({ type: AgencyPageDto })
  async list(@Query() query: ListQuery): Promise<AgencyPageDto> {
    const after = this.cursors.after(query, FILTERS);
    const rows = await this.agencies.find({
      where: after === null ? {} : { code: MoreThan(after) },
      order: { code: 'ASC' },
      take: query.limit + 1,
    });
    const page = this.cursors.page(rows, query.limit, FILTERS, ({ code }) => code);
    return { items: page.items.map(toAgencyDto), nextCursor: page.nextCursor };
  }

  @Get(':code')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one agency, with its version as ETag' })
  @ApiOkResponse({ type: AgencyDto })
  async show(@Param('code') code: string): Promise<Answered<AgencyDto>> {
    const agency = await this.agencies.findOneBy({ code });
    return agency === null ? refused(noSuchAgency(code)) : new Answer(toAgencyDto(agency), { version: agency.version });
  }

  @Post()
  @Roles('admin')
  @Refuses('already-exists')
  @ApiOperation({ summary: 'Adds an agency' })
  @ApiCreatedResponse({ type: AgencyDto })
  async create(
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Body() body: NewAgencyDto,
  ): Promise<Answered<AgencyDto>> {
    const { code, names, from = null, to = null, successors = [] } = body;
    const answer = await this.writes.run({ fundId: NO_FUND, actor, request, status: 201 }, async (tx) => {
      const added = await addAgency(tx, code, { names, from, to, successors });
      return added.ok ? accepted(toAgencyDto(added.value)) : added;
    });
    this.known.forget();
    return isRefused(answer) ? answer : new Answer(answer.body, { ...answer.about, version: answer.body.version });
  }

  @Patch(':code')
  @Roles('admin')
  @ApiOperation({
    summary: 'Changes an agency: names, dates, successors',
    description: 'Officers of a successor reach the lines and awards of what it succeeded, from its first day on.',
  })
  @ApiOkResponse({ type: AgencyDto })
  async change(
    @Param('code') code: string,
    @IfMatch() version: number,
    @Body() body: AgencyChangeDto,
  ): Promise<Answered<AgencyDto>> {
    const changed = await this.database.transaction((tx) => changeAgency(tx, code, version, body));
    this.known.forget();
    return changed.ok ? new Answer(toAgencyDto(changed.value), { version: changed.value.version }) : changed;
  }
}
