import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accepted, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Acts, ApprovalDto, Approvals, type AskedBy, type Json, type PostingAct } from '../../approvals/index.js';
import type { MergeEvent, Render, UnmergeEvent } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CurrentActor,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import { noSuchEnterprise } from './change-enterprise.js';
import { fundOf } from './enterprise.sql.js';
import { MergeDto, MergerDto, mergerView, UnmergeDto } from './merger.dto.js';

/** Enterprises that are found to be one, or two after all. */
@ApiTags('enterprises')
@Controller('enterprises')
export class MergerController {
  private readonly act: PostingAct<MergerData>;

  constructor(
    private readonly database: Database,
    private readonly approvals: Approvals,
    acts: Acts,
  ) {
    this.act = acts.addPosting(mergerAct);
  }

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
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks a second person for it: it waits' })
  async merge(
    @Param('id', UuidPipe) id: string,
    @Body() body: MergeDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<MergerDto> | Answered<ApprovalDto>> {
    const event = { kind: 'merge', enterprise: id.toLowerCase(), into: body.into.toLowerCase() } as const;
    return this.post(id, { ...event, reason: body.reason, effectiveOn: null }, body, { actor, request, language });
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
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks a second person for it: it waits' })
  async unmerge(
    @Param('id', UuidPipe) id: string,
    @Body() body: UnmergeDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<MergerDto> | Answered<ApprovalDto>> {
    const event = { kind: 'unmerge', enterprise: id.toLowerCase(), reason: body.reason, effectiveOn: null } as const;
    return this.post(id, event, body, { actor, request, language });
  }

  private async post(
    id: string,
    event: MergeEvent | UnmergeEvent,
    body: object,
    by: AskedBy,
  ): Promise<Answered<MergerDto> | Answered<ApprovalDto>> {
    const fund = await fundOf(this.database, id);
    if (fund === null) return refused(noSuchEnterprise());
    const asked = () => ({ what: event.kind, enterprise: id, ...body });
    const proposal = { fund, data: { event }, asked, fiscalYear: null, amountFen: null };
    return this.approvals.submit<MergerDto, MergerData>(this.act, proposal, by);
  }
}

const render: Render = ({ entry }) => {
  if (entry === null) throw new Error('A merger has an entry');
  return JSON.stringify(mergerView(entry));
};

/** A merger that was asked for, or its end. */
interface MergerData extends Json {
  readonly event: MergeEvent | UnmergeEvent;
}

const mergerAct: PostingAct<MergerData> = {
  name: 'merger',
  roles: ['finance'],
  unit: (_, { event }) => Promise.resolve(accepted({ mode: 'single', events: [event], render })),
};
