import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS } from '../../../kernel/index.js';
import { problemOf } from './fault-problem.js';
import { languageOf } from './language.js';
import { problemBody, type ProblemOccasion } from './problem-body.js';

/** The one place where refusals and faults become problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(thrown);
    const { status } = PROBLEMS[problem.code];
    if (status >= 500) this.logger.error({ err: thrown, traceId: request.id, code: problem.code }, 'request failed');
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const occasion = occasionOf(request);
    void reply
      .code(status)
      .header('Content-Type', 'application/problem+json; charset=utf-8')
      .header('Content-Language', occasion.language)
      .header('Vary', 'Accept-Language');
    if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
    if (problem.retryAfterSeconds !== undefined) void reply.header('Retry-After', String(problem.retryAfterSeconds));
    void reply.send(JSON.stringify(problemBody(problem, occasion)));
  }
}

/** Language, path and trace of a request. */
export function occasionOf(request: FastifyRequest): ProblemOccasion {
  const query = request.url.indexOf('?');
  return {
    language: languageOf(request.headers['accept-language']),
    instance: query < 0 ? request.url : request.url.slice(0, query),
    traceId: request.id,
  };
}
