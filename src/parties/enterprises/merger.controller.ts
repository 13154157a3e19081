import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Ledger, type MergeEvent, type Render, type UnmergeEvent } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  JsonText,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
} from '../../platform/http/index.js';
import { noSuchEnterprise } from './change-enterprise.js';
import { fundOf } from './enterprise.sql.js';
import { MergeDto, MergerDto, mergerView, UnmergeDto } from './merger.dto.js';

/** Enterprises that are found to be one, or two after all. */
@ApiTags('enterprises')
@Controller('enterprises')
export class MergerController {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
  ) {}

  @Post(':id/merge')
  @HttpCode(200)
  @Roles('finance')
  @Refuses('already-decided', 'ledger-damaged')
  @ApiOperation({
    summary: 'Says that the enterprise is another one',
    description:
      'From now on the awards of both are told apart as of one enterprise: what becomes the second of a project is on hold in the same transaction.',
  })
  @ApiOkResponse({ type: MergerDto })
  async merge(
    @Param('id', UuidPipe) id: string,
    @Body() body: MergeDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<MergerDto>> {
    const event = { kind: 'merge', enterprise: id.toLowerCase(), into: body.into.toLowerCase() } as const;
    return this.post(id, { ...event, reason: body.reason, effectiveOn: null }, actor, request);
  }

  @Post(':id/unmerge')
  @HttpCode(200)
  @Roles('finance')
  @Refuses('already-decided', 'ledger-damaged')
  @ApiOperation({
    summary: 'Says that an enterprise that was merged is another one after all',
    description: 'Its awards, those since included, are told apart as of it alone again; what the merger held is free.',
  })
  @ApiOkResponse({ type: MergerDto })
  async unmerge(
    @Param('id', UuidPipe) id: string,
    @Body() body: UnmergeDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<MergerDto>> {
    const event = { kind: 'unmerge', enterprise: id.toLowerCase(), reason: body.reason, effectiveOn: null } as const;
    return this.post(id, event, actor, request);
  }

  private async post(
    id: string,
    event: MergeEvent | UnmergeEvent,
    actor: Actor,
    request: RequestIdentity,
  ): Promise<Answered<MergerDto>> {
    const fund = await fundOf(this.database, id);
    if (fund === null) return refused(noSuchEnterprise());
    const result = await this.ledger.postOne({ fund, actor, request }, event, { render });
    if (!result.ok) return result;
    return new Answer(new JsonText<MergerDto>(result.answer ?? render(result)), { replayed: result.replayed });
  }
}

const render: Render = ({ entry }) => {
  if (entry === null) throw new Error('A merger has an entry');
  return JSON.stringify(mergerView(entry));
};
