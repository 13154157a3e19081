import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { findFund, yearStatus } from '../../budget/index.js';
import { accepted, problem, ProblemError, refused, type Actor, type Problem, type RequestIdentity } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CurrentActor,
  Cursors,
  IdempotentWrites,
  isRefused,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
} from '../../platform/http/index.js';
import { RunEvents } from './run-events.js';
import { RunRequests } from './run-requests.js';
import { NewRunDto, RunDto, RunPageDto, RunQuery, toRunDto } from './run.dto.js';
import type { Run } from './run.entity.js';
import { findRun, listRuns } from './run-record.js';

/** Reconciliation runs. */
@ApiTags('reconciliation')
@Controller('reconciliation-runs')
export class RunController {
  constructor(
    private readonly db: Database,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
    private readonly requests: RunRequests,
    private readonly runEvents: RunEvents,
  ) {}

  @Post()
  @HttpCode(202)
  @Roles('finance', 'auditor')
  @Refuses('forbidden', 'not-found')
  @ApiOperation({ summary: 'Asks for a run; an auditor only for a dry run, which reports and changes nothing' })
  @ApiAcceptedResponse({ type: RunDto })
  async create(
    @Body() body: NewRunDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<RunDto>> {
    if (actor.role === 'auditor' && body.dryRun !== true) {
      return refused(problem('forbidden', '審計只能試運行', 'An auditor may ask for dry runs only'));
    }
    const fund = await findFund(this.db, body.fund);
    if (fund === null) return refused(problem('not-found', `沒有專項資金 ${body.fund}`, `There is no fund ${body.fund}`));
    const fiscalYear = body.fiscalYear ?? null;
    if (fiscalYear !== null && (await yearStatus(this.db, fund.id, fiscalYear)) === null) {
      return refused(problem('not-found', `沒有 ${fiscalYear} 年度`, `There is no fiscal year ${fiscalYear}`));
    }
    const answer = await this.writes.run({ fundId: fund.id, actor, request, status: 202 }, async (tx) => {
      const id = await this.requests.writeOnce(tx, {
        fundId: fund.id,
        fiscalYear,
        trigger: 'request',
        dryRun: body.dryRun ?? false,
        requestedBy: actor.id,
        ...(body.rules === undefined ? {} : { rules: body.rules }),
      });
      const run = await findRun(tx, id);
      if (run === null) throw new Error(`Run ${id} was not written`);
      return accepted(toRunDto(run));
    });
    if (isRefused(answer)) return answer;
    if (answer.about.replayed !== true) await this.requests.enqueue({ id: answer.body.id, fundId: fund.id, fiscalYear });
    return answer;
  }

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists runs, newest first' })
  @ApiOkResponse({ type: RunPageDto })
  async list(@Query() query: RunQuery, @CurrentActor() actor: Actor): Promise<RunPageDto> {
    const wanted = { fund: query.fund ?? null, fiscalYear: query.fiscalYear ?? null, status: query.status ?? null };
    const filters = { list: 'reconciliation-runs', ...wanted };
    const rows = await listRuns(this.db, wanted, this.cursors.after(query, filters), query.limit + 1);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, (row) => row.id);
    return { items: items.map((run) => shownTo(run, actor)), nextCursor };
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one run: how far it is and what it came to' })
  @ApiOkResponse({ type: RunDto })
  async show(@Param('id', UuidPipe) id: string, @CurrentActor() actor: Actor): Promise<Answered<RunDto>> {
    const run = await findRun(this.db, id);
    return run === null ? refused(noSuchRun()) : shownTo(run, actor);
  }

  @Get(':id/events')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Progress of a run as server-sent events, read with fetch and the Authorization header' })
  @ApiOkResponse({
    description: 'Each event is named by the status and carries the run; the stream ends with the run, or with the token',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          example: 'event: running\ndata: {"id":"01985f3c-2f6b-7c55-9d1a-0d4f5a6b7c8d","status":"running","progress":40}\n\n',
          description:
            'Events whose `event` is the status and whose `data` is the run as GET /reconciliation-runs/{id} answers it; a comment every 15 s',
        },
      },
    },
  })
  async events(
    @Param('id', UuidPipe) id: string,
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // A handler that sends its answer itself returns none: only a throw leaves it.
    if ((await findRun(this.db, id)) === null) throw new ProblemError(noSuchRun());
    const stream = this.runEvents.open(id, (authorization ?? '').slice('Bearer '.length), shownTo);
    void reply.header('content-type', 'text/event-stream; charset=utf-8');
    void reply.header('cache-control', 'no-store');
    void reply.header('x-accel-buffering', 'no');
    await reply.send(stream);
  }
}

function noSuchRun(): Problem {
  return problem('not-found', '沒有此對賬', 'There is no such run');
}

/** An officer doesn't see other agencies' findings: a dry run's report names all of them. */
function shownTo(run: Run, actor: Actor): RunDto {
  return toRunDto(actor.role === 'officer' ? { ...run, report: null } : run);
}
