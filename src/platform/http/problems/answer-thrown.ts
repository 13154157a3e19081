import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS } from '../../../kernel/index.js';
import { answerProblem } from './answer-problem.js';
import { problemOf } from './fault-problem.js';

const logger = new Logger('http');

/** The one place where refusals and faults become problem+json. What is our fault is logged. */
export function answerThrown(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(thrown);
  if (PROBLEMS[problem.code].status >= 500) {
    logger.error({ err: thrown, traceId: request.id, code: problem.code }, 'request failed');
  }
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  answerProblem(problem, request, reply);
}
