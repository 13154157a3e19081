import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor, RequestIdentity } from '../kernel/index.js';
import { Usernames } from '../identity/index.js';
import type { PostResult } from '../ledger/index.js';
import {
  Answer,
  CurrentActor,
  LargeBody,
  ProblemRenderer,
  RequestIdentityOf,
  Roles,
  type Answered,
  type RenderProblem,
} from '../platform/http/index.js';
import { AwardBatchDto, AwardRequestDto } from './award-request.dto.js';
import { awardView } from './award-view.js';
import { AwardBatchResultDto, AwardDto, type AwardBatchItemDto } from './award.dto.js';
import { ReserveAwards } from './reserve-awards.js';

/** Reservations (預留), on approval of an award. */
@ApiTags('awards')
@ApiBearerAuth()
@Controller('awards')
export class ReserveController {
  constructor(
    private readonly reserve: ReserveAwards,
    private readonly usernames: Usernames,
  ) {}

  @Post()
  @Roles('officer', 'finance')
  @ApiOperation({ summary: 'Reserves an award' })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiCreatedResponse({ type: AwardDto })
  async one(
    @Body() body: AwardRequestDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<AwardDto>> {
    const result = await this.reserve.one(body, actor, request);
    if (!result.ok) return result;
    const { award, replayed } = result;
    if (award === null) throw new Error('A reservation has an award');
    return new Answer(awardView(award, await this.usernames.of([award.createdBy])), { replayed });
  }

  @Post('batch')
  @HttpCode(200)
  @LargeBody()
  @Roles('officer', 'finance')
  @ApiOperation({
    summary: 'Reserves up to 1,000 awards of one fund',
    description: '200 whatever was refused: each item has its own status',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: true })
  @ApiOkResponse({ type: AwardBatchResultDto })
  async many(
    @Body() body: AwardBatchDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ProblemRenderer() render: RenderProblem,
  ): Promise<Answered<AwardBatchResultDto>> {
    const posted = await this.reserve.many(body, actor, request);
    if (!posted.ok) return posted;
    const results = posted.value;
    const accepted = results.filter((result) => result.ok);
    const usernameOf = await this.usernames.of(
      accepted.flatMap((result) => (result.award === null ? [] : [result.award.createdBy])),
    );
    const answer = {
      results: results.map((result, index) => itemView(result, index, render, usernameOf)),
      accepted: accepted.length,
      rejected: results.length - accepted.length,
    };
    return new Answer(answer, { replayed: accepted.length > 0 && accepted.every((result) => result.replayed) });
  }
}

function itemView(
  result: PostResult,
  index: number,
  render: RenderProblem,
  usernameOf: (id: string) => string,
): AwardBatchItemDto {
  if (result.ok) {
    if (result.award === null) throw new Error('A reservation has an award');
    return { index, status: 201, award: awardView(result.award, usernameOf) };
  }
  const problem = render(result.problem);
  return { index, status: problem.status, problem };
}
