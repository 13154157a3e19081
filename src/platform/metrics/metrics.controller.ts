import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Ip, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { problem, ProblemError } from '../../kernel/index.js';
import { Config } from '../config/index.js';
import { Public } from '../http/access.js';
import { Metrics } from './metrics.js';

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** `GET /metrics`: in production only from loopback, or with METRICS_TOKEN. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {}

  @Get()
  @Public()
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Ip() address: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.isAllowed(authorization, address)) {
      throw new ProblemError(
        problem('forbidden', '指標只供本機或憑權杖讀取', 'Metrics are read from loopback or with the token'),
      );
    }
    const text = await this.metrics.text();
    await reply.header('content-type', this.metrics.contentType).send(text);
  }

  private isAllowed(authorization: string | undefined, address: string): boolean {
    const { production, metricsToken } = this.config;
    if (!production || LOOPBACK.test(address)) return true;
    if (metricsToken === null || authorization === undefined) return false;
    const [given, wanted] = [Buffer.from(authorization), Buffer.from(`Bearer ${metricsToken}`)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}
