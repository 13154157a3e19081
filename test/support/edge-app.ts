import { Body, Controller, Get, HttpCode, Injectable, Module, Param, Patch, Post, Query, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional, IsString, Length } from 'class-validator';
import type { Actor, RequestIdentity, Role } from '../../src/kernel/index.js';
import { accepted, problem, ProblemError, refused } from '../../src/kernel/index.js';
import { ConfigModule, loadConfig } from '../../src/platform/config/index.js';
import { Secrets } from '../../src/platform/secrets/secrets.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import {
  Answer,
  AUTHENTICATOR,
  configureHttp,
  createFastifyAdapter,
  CurrentActor,
  Cursors,
  HttpModule,
  IdempotentWrites,
  IfMatch,
  LargeBody,
  ListQuery,
  Public,
  RequestIdentityOf,
  Roles,
  UuidPipe,
} from '../../src/platform/http/index.js';
import { traceIdOf } from '../../src/platform/logging/index.js';
import { testEnvironment } from './app.js';
import { AwardShapedDto, BatchShapedDto } from './award-shaped.dto.js';

/** Filters of the list below. */
class ThingQuery extends ListQuery {
  @IsOptional() @IsString() @Length(1, 20) q?: string;
}

class SlowDto {
  @IsString() outcome: string;
}

/** Opened from the test: the slow write waits for it. */
@Injectable()
export class Gate {
  runs = 0;
  private opened: () => void = () => undefined;
  private whenOpen: Promise<void> = Promise.resolve();

  close(): void {
    this.whenOpen = new Promise((resolve) => {
      this.opened = resolve;
    });
  }

  open(): void {
    this.opened();
  }

  async pass(): Promise<void> {
    this.runs++;
    await this.whenOpen;
  }
}

/** Routes that show the edge alone. */
@Controller('edge')
@Roles('finance')
export class EdgeController {
  constructor(
    private readonly writes: IdempotentWrites,
    private readonly cursors: Cursors,
    private readonly gate: Gate,
  ) {}

  @Get('things')
  list(@Query() query: ThingQuery) {
    const filters = { list: 'things', q: query.q };
    const after = this.cursors.after(query, filters);
    const rows = ['e', 'd', 'c', 'b', 'a'].filter((id) => after === null || id < after).map((id) => ({ id }));
    return this.cursors.page(rows.slice(0, query.limit + 1), query.limit, filters, ({ id }) => id);
  }

  @Get('others')
  others(@Query() query: ThingQuery) {
    return { after: this.cursors.after(query, { list: 'others', q: query.q }) };
  }

  @Get('things/:id')
  read(@Param('id', UuidPipe) id: string) {
    return { id };
  }

  @Get('fault')
  fault(): never {
    throw new Error('a secret of the inside');
  }

  @Get('refusal')
  refusal(): never {
    throw new ProblemError(
      problem('insufficient-funds', '可用金額不足。', 'Not enough is available.', { extras: { available: '1.00' } }),
    );
  }

  @Get('refused')
  refused() {
    return refused(
      problem('insufficient-funds', '可用金額不足。', 'Not enough is available.', { extras: { available: '1.00' } }),
    );
  }

  @Get('answers/:kind')
  answer(@Param('kind') kind: string) {
    const body = { ok: true, kind };
    if (kind === 'plain') return body;
    return new Answer(body, kind === 'replayed' ? { replayed: true } : { version: 7, replayed: false });
  }

  @Patch('things/:id')
  change(@Param('id', UuidPipe) id: string, @IfMatch() version: number) {
    return { id, version };
  }

  @Post('awards')
  @HttpCode(201)
  award(@Body() body: AwardShapedDto, @RequestIdentityOf() request: RequestIdentity) {
    return { amount: body.amount, hash: request.requestHash };
  }

  @Post('batch')
  @HttpCode(200)
  @LargeBody()
  batch(@Body() body: BatchShapedDto) {
    return { count: body.awards.length };
  }

  @Post('slow')
  async slow(@CurrentActor() actor: Actor, @RequestIdentityOf() request: RequestIdentity, @Body() body: SlowDto) {
    return this.writes.run({ fundId: 0, actor, request, status: 201 }, async () => {
      await this.gate.pass();
      if (body.outcome === 'refused') return refused(problem('year-not-open', '未開放。', 'Not open.'));
      return accepted({ outcome: body.outcome, run: this.gate.runs });
    });
  }

  @Get('open')
  @Public()
  open() {
    return { open: true };
  }
}

/** The token is the role. */
const authenticator = {
  authenticate: (token: string) =>
    Promise.resolve(
      ['finance', 'auditor'].includes(token)
        ? { id: '00000000-0000-7000-8000-00000000000f', username: token, role: token as Role, agency: null, reaches: [] }
        : null,
    ),
};

/** A small application on the real edge. */
export async function startEdgeApp(
  url: string,
  controllers: Type[] = [EdgeController],
  more = {},
): Promise<NestFastifyApplication> {
  const config = loadConfig(testEnvironment(url, more));
  @Module({
    imports: [ConfigModule.with(config), DatabaseModule.with([]), HttpModule],
    controllers,
    providers: [Gate, { provide: AUTHENTICATOR, useValue: authenticator }],
  })
  class EdgeModule {}
  const app = await NestFactory.create<NestFastifyApplication>(
    EdgeModule,
    createFastifyAdapter(config, { genReqId: traceIdOf, forceCloseConnections: true }),
    {
      logger: false,
      abortOnError: false,
    },
  );
  try {
    configureHttp(app);
    await app.get(Secrets).open();
    await app.listen({ host: '127.0.0.1', port: 0 });
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
