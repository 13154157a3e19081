import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor, RequestIdentity } from '../kernel/index.js';
import { ApprovalDto } from '../approvals/index.js';
import { Usernames } from '../identity/index.js';
import type { Render } from '../ledger/index.js';
import {
  Answer,
  CurrentActor,
  JsonText,
  LargeBody,
  ProblemRenderer,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  type Answered,
  type Language,
  type RenderProblem,
} from '../platform/http/index.js';
import { AwardBatchDto, AwardRequestDto } from './award-request.dto.js';
import { renderAward } from './award-view.js';
import { AwardBatchResultDto, type AwardBatchItemDto } from './award-batch.dto.js';
import { AwardDto } from './award.dto.js';
import { RESERVE_REFUSALS } from './reserve-refusals.js';
import { ReserveAwards, type BatchItem } from './reserve-awards.js';

/** Reservations (預留), on approval of an award. */
@ApiTags('awards')
@Controller('awards')
export class ReserveController {
  constructor(
    private readonly reserve: ReserveAwards,
    private readonly usernames: Usernames,
  ) {}

  @Post()
  @Roles('officer', 'finance')
  @Refuses(...RESERVE_REFUSALS)
  @ApiOperation({ summary: 'Reserves an award' })
  @ApiCreatedResponse({ type: AwardDto })
  @ApiAcceptedResponse({
    type: ApprovalDto,
    description: 'Approved on paper, or said to be another project: it waits for a second person',
  })
  async one(
    @Body() body: AwardRequestDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto> | Answered<ApprovalDto>> {
    return this.reserve.one(body, { actor, request, language });
  }

  @Post('batch')
  @HttpCode(200)
  @LargeBody()
  @Roles('officer', 'finance')
  @Refuses('not-found')
  @ApiOperation({
    summary: 'Reserves up to 1,000 awards of one fund',
    description: '200 whatever was refused: each item has its own status',
  })
  @ApiOkResponse({ type: AwardBatchResultDto })
  @ApiAcceptedResponse({
    type: ApprovalDto,
    description: 'Of mode all: one of its awards needs a second person, and all of it waits',
  })
  async many(
    @Body() body: AwardBatchDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
    @ProblemRenderer() render: RenderProblem,
  ): Promise<Answered<AwardBatchResultDto> | Answered<ApprovalDto>> {
    const awardText = renderAward(await this.usernames.of([actor.id]), language);
    const posted = await this.reserve.many(body, { actor, request, language }, request, awardText);
    if (posted instanceof Answer || !posted.ok) return posted;
    const results = posted.value;
    const taken = results.filter((result) => result instanceof Answer || result.ok);
    const items = results.map((result, index) => itemText(result, index, render, awardText));
    const counts = `"accepted":${taken.length},"rejected":${results.length - taken.length}`;
    return new Answer(new JsonText<AwardBatchResultDto>(`{"results":[${items.join(',')}],${counts}}`), {
      replayed: taken.length > 0 && taken.every(isReplayed),
    });
  }
}

function isReplayed(result: BatchItem): boolean {
  return result instanceof Answer ? result.about.replayed === true : result.ok && result.replayed;
}

/** An item of the answer (AwardBatchItemDto); an award's text stands in it as it was kept. */
function itemText(result: BatchItem, index: number, render: RenderProblem, awardText: Render): string {
  if (result instanceof Answer) return JSON.stringify({ index, status: 202, approval: result.body });
  if (result.ok) return `{"index":${index},"status":201,"award":${result.answer ?? awardText(result)}}`;
  const problem = render(result.problem);
  const item: AwardBatchItemDto = { index, status: problem.status, problem };
  return JSON.stringify(item);
}
