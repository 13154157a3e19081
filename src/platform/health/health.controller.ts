import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../http/access.js';
import { Readiness } from './readiness.js';

/** The process runs. */
class LiveDto {
  @ApiProperty({ enum: ['live'], description: 'Always this: a process that hangs does not answer' })
  status: 'live';
}

/** Whether the process can do its work. */
class ReadyDto {
  @ApiProperty({ enum: ['ready', 'not-ready'], description: 'Whether requests should be sent to this process' })
  status: 'ready' | 'not-ready';

  @ApiProperty({ description: 'Something that can wait does: writes go on, what they set off comes later' })
  degraded: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    example: { database: null, migrations: null, queue: null },
    description: 'What was looked at, and what is wrong with it; null: nothing',
  })
  checks: Readonly<Record<string, string | null>>;
}

/** `/health/live`: the process runs. `/health/ready`: it can do its work (200; `degraded` where something waits), or not now (503). */
@ApiTags('operation')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs', description: 'Says nothing of the database: see ready.' })
  @ApiOkResponse({ type: LiveDto })
  live(): LiveDto {
    return { status: 'live' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Whether the process can do its work',
    description: 'Looks at the database (one that takes writes), its migrations, the queue, and what the start has yet to do.',
  })
  @ApiOkResponse({ type: ReadyDto })
  @ApiServiceUnavailableResponse({ type: ReadyDto, description: 'Not now: `checks` says why' })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const { ready, degraded, checks } = await this.readiness.report();
    await reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', degraded, checks });
  }
}
