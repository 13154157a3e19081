import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Usernames } from '../../identity/index.js';
import { accepted, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { DEFAULT_READING, lockGates } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CodePipe,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  ListQuery,
  RequestIdentityOf,
  Roles,
  type Answered,
} from '../../platform/http/index.js';
import { OutboxBell } from '../../platform/outbox/outbox-bell.js';
import { touchOpenYears } from '../years/fiscal-year.sql.js';
import { fundNamed } from './find-fund.js';
import {
  DEFAULT_READING_DTO,
  NewRewardReadingDto,
  RewardReadingDto,
  RewardReadingPageDto,
  toReadingDto,
} from './reward-reading.dto.js';
import { RewardReadingVersion } from './reward-reading.entity.js';

/** How a fund reads "the highest of three" (§二(九)2), and of which lines it is. */
@ApiTags('funds')
@Controller('funds/:fund/highest-of-three')
export class RewardReadingController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
    private readonly usernames: Usernames,
    private readonly bell: OutboxBell,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists the readings of a fund, the one in force first, the default last' })
  @ApiOkResponse({ type: RewardReadingPageDto })
  async list(@Param('fund', CodePipe) code: string, @Query() query: ListQuery): Promise<Answered<RewardReadingPageDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const filters = { list: 'highest-of-three', fund: code };
    const after = this.cursors.after(query, filters);
    const rows = await this.database.manager.find(RewardReadingVersion, {
      where: { fundId: found.value.id },
      order: { number: 'DESC' },
    });
    const usernameOf = await this.usernames.of(rows.map(({ changedBy }) => changedBy));
    const all = [...rows.map((row) => toReadingDto(row, usernameOf)), DEFAULT_READING_DTO];
    const rest = all.filter(({ number }) => after === null || number < Number(after));
    return this.cursors.page(rest, query.limit, filters, ({ number }) => String(number));
  }

  @Post()
  @Roles('finance')
  @ApiOperation({
    summary: 'Reads it otherwise from now on',
    description: 'Commit and payment decide by it at once; a run moves the holds.',
  })
  @ApiCreatedResponse({ type: RewardReadingDto })
  async change(
    @Param('fund', CodePipe) code: string,
    @Body() body: NewRewardReadingDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<RewardReadingDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fundId = found.value.id;
    const answer = await this.writes.run({ fundId, actor, request, status: 201 }, async (tx) => {
      await lockGates(tx, fundId);
      const number = ((await tx.manager.maximum(RewardReadingVersion, 'number', { fundId })) ?? 0) + 1;
      const { reading, forms = [...DEFAULT_READING.forms], payees = [...DEFAULT_READING.payees], reason } = body;
      await tx.manager.insert(RewardReadingVersion, { fundId, number, reading, forms, payees, reason, changedBy: actor.id });
      await touchOpenYears(tx, fundId);
      const row = await tx.manager.findOneByOrFail(RewardReadingVersion, { fundId, number });
      return accepted(toReadingDto(row, () => actor.username));
    });
    this.bell.ring();
    return answer;
  }
}
