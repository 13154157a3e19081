import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { invalid, refused, type Actor, type RequestIdentity } from '../kernel/index.js';
import { Database } from '../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  JsonText,
  ProblemRenderer,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
  type Language,
  type RenderProblem,
} from '../platform/http/index.js';
import { ApprovalDto, ApprovalPageDto, ApprovalQuery, ApproveDto, RejectDto, WithdrawDto } from './approval.dto.js';
import { findApprovals, listApprovals } from './approval.sql.js';
import { approvalView, usersOf } from './approval-view.js';
import { Approvals } from './approvals.js';
import { DecisionsDto, DecisionsResultDto } from './decisions.dto.js';
import type { DecisionAnswer } from './decided-by.js';
import { Decisions } from './decisions.js';
import { noSuchApproval } from './may-decide.js';
import { ShownPolicyDto } from './policy/policy.dto.js';
import { Trials } from './trials.js';

/** What waits for a second person (審批): asked for by one, decided by another. */
@ApiTags('approvals')
@ApiExtraModels(ShownPolicyDto)
@Controller('approvals')
export class ApprovalController {
  constructor(
    private readonly db: Database,
    private readonly cursors: Cursors,
    private readonly approvals: Approvals,
    private readonly decisions: Decisions,
    private readonly trials: Trials,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'Lists approvals, newest first; an officer sees those that it asked for',
    description: 'Each with the preview that was stored last: GET /approvals/{id} shows what it would do now.',
  })
  @ApiOkResponse({ type: ApprovalPageDto })
  async list(
    @Query() query: ApprovalQuery,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<ApprovalPageDto> {
    const where = {
      fund: query.fund ?? null,
      status: query.status ?? null,
      kind: query.kind ?? null,
      fiscalYear: query.fiscalYear ?? null,
      requestedBy: actor.role === 'officer' || query.requestedBy === 'me' ? actor.id : null,
      waitingFor: query.waitingFor === undefined ? null : actor.id,
    };
    const filters = { list: 'approvals', ...where };
    const rows = await listApprovals(this.db, where, this.cursors.after(query, filters), query.limit + 1);
    const page = this.cursors.page(rows, query.limit, filters, ({ id }) => id);
    const usernameOf = await this.trials.people.usernamesOf(usersOf(page.items));
    return { items: page.items.map((row) => approvalView(row, usernameOf, language)), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'Shows one approval, and, while it waits, to its maker and to whoever may decide it what it would do now',
    description: 'Where it can’t be done now, `preview.problem` says why: somebody else has taken the money, for example.',
  })
  @ApiOkResponse({ type: ApprovalDto })
  async show(
    @Param('id', UuidPipe) id: string,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<ApprovalDto>> {
    const [row] = await findApprovals(this.db, [id]);
    if (row === undefined || (actor.role === 'officer' && row.requestedBy !== actor.id)) return refused(noSuchApproval());
    const usernameOf = await this.trials.people.usernamesOf(usersOf([row]));
    if (row.status !== 'pending') return approvalView(row, usernameOf, language);
    const mayDecide = await this.approvals.decidersOf(this.db, id);
    // A trial takes locks: it is for whoever asked, and for whoever may decide.
    const isTheirs = row.requestedBy === actor.id || mayDecide.includes(actor.username);
    const now = isTheirs ? { preview: await this.decisions.previewNow(row, language) } : {};
    return approvalView(row, usernameOf, language, { ...now, mayDecide });
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Roles('finance')
  @Refuses('already-decided', 'self-approval', 'approval-withdrawn', 'approval-stale', 'version-conflict')
  @ApiOperation({
    summary: 'Agrees to what was seen; with the last of its people it is done',
    description: 'Done in the name of its maker, with the rights that the maker has now.',
  })
  @ApiOkResponse({ type: ApprovalDto })
  approve(
    @Param('id', UuidPipe) id: string,
    @Body() { previewHash, reason }: ApproveDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<ApprovalDto>> {
    return this.decisions.approve(id, { previewHash, reason: reason ?? null }, { actor, request, language });
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Roles('finance')
  @Refuses('already-decided', 'self-approval', 'approval-withdrawn')
  @ApiOperation({ summary: 'Refuses to agree, with a reason: it is over' })
  @ApiOkResponse({ type: ApprovalDto })
  reject(
    @Param('id', UuidPipe) id: string,
    @Body() { reason }: RejectDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<ApprovalDto>> {
    return this.decisions.reject(id, reason, { actor, request, language });
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Roles('finance', 'officer')
  @Refuses('already-decided', 'approval-withdrawn')
  @ApiOperation({ summary: 'Its maker no longer asks for it' })
  @ApiOkResponse({ type: ApprovalDto })
  async withdraw(
    @Param('id', UuidPipe) id: string,
    @Body() { reason }: WithdrawDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<ApprovalDto>> {
    const [row] = await findApprovals(this.db, [id]);
    if (row === undefined || (actor.role === 'officer' && row.requestedBy !== actor.id)) return refused(noSuchApproval());
    return this.decisions.withdraw(id, reason ?? null, { actor, request, language });
  }

  @Post('decisions')
  @HttpCode(200)
  @Roles('finance')
  @ApiOperation({
    summary: 'Decides up to 200 approvals alike, each for itself',
    description:
      '200 whatever was refused: each item has its own status, and is remembered under the request’s key and its place.',
  })
  @ApiOkResponse({ type: DecisionsResultDto })
  async many(
    @Body() body: DecisionsDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
    @ProblemRenderer() render: RenderProblem,
  ): Promise<Answered<DecisionsResultDto>> {
    const { decision, items, reason = null } = body;
    if (decision === 'reject' && reason === null) return refused(invalid('/reason', '駁回須說明理由', 'is required to reject'));
    const blind = items.findIndex(({ previewHash }) => previewHash === undefined);
    if (decision === 'approve' && blind >= 0)
      return refused(invalid(`/items/${blind}/previewHash`, '同意須註明所見的預覽', 'is required to approve'));
    const asked = items.map(({ id, previewHash = '' }, index) => ({
      id: id.toLowerCase(),
      seen: { previewHash, reason },
      by: { actor, language, request: { ...request, place: index + 1 } },
    }));
    const answers = await (decision === 'approve'
      ? this.decisions.approveMany(asked)
      : Promise.all(asked.map(({ id, by }) => this.decisions.reject(id, reason ?? '', by))));
    const texts = answers.map((answer, index) => itemText(answer, index, render));
    const done = answers.filter((answer) => answer instanceof Answer);
    const counts = `"accepted":${done.length},"rejected":${answers.length - done.length}`;
    return new Answer(new JsonText<DecisionsResultDto>(`{"results":[${texts.join(',')}],${counts}}`), {
      replayed: done.length > 0 && done.every(({ about }) => about.replayed === true),
    });
  }
}

/** An item of the answer (DecidedItemDto). */
function itemText(answer: DecisionAnswer, index: number, render: RenderProblem): string {
  if (answer instanceof Answer) {
    const approval = answer.body instanceof JsonText ? answer.body.text : JSON.stringify(answer.body);
    return `{"index":${index},"status":200,"approval":${approval}}`;
  }
  const problem = render(answer.problem);
  return JSON.stringify({ index, status: problem.status, problem });
}
