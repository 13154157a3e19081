import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem, ProblemError } from '../../kernel/index.js';
import { Config } from '../config/index.js';
import { Public } from '../http/access.js';
import { Refuses } from '../http/openapi/refuses.js';
import { Metrics } from './metrics.js';

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** `GET /metrics`: in production only from loopback itself (what a proxy passes on came from elsewhere), or with METRICS_TOKEN. */
@ApiTags('operation')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {}

  @Get()
  @Public()
  @Refuses('forbidden')
  @ApiOperation({
    summary: 'Figures for Prometheus',
    description: 'In production only from loopback itself, or with METRICS_TOKEN as bearer token.',
  })
  @ApiOkResponse({
    content: {
      'text/plain': { schema: { type: 'string', description: 'Text format 0.0.4: each figure with its help and type' } },
    },
  })
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.isAllowed(request)) {
      throw new ProblemError(
        problem('forbidden', '指標只供本機或憑權杖讀取', 'Metrics are read from loopback or with the token'),
      );
    }
    const text = await this.metrics.text();
    await reply.header('content-type', this.metrics.contentType).send(text);
  }

  private isAllowed(request: FastifyRequest): boolean {
    const { production, metricsToken } = this.config;
    if (!production || isFromLoopback(request)) return true;
    const { authorization } = request.headers;
    if (metricsToken === null || authorization === undefined) return false;
    const [given, wanted] = [Buffer.from(authorization), Buffer.from(`Bearer ${metricsToken}`)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

/** Decided by the socket alone: a header is whatever a client writes. */
function isFromLoopback({ headers, socket }: FastifyRequest): boolean {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  return !isForwarded && LOOPBACK.test(socket.remoteAddress ?? '');
}
