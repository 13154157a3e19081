import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS } from '../../../kernel/index.js';
import { answerProblem } from './answer-problem.js';
import { problemOf } from './fault-problem.js';

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
    answerProblem(problem, request, reply);
  }
}
