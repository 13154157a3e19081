import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, type Problem } from '../../../kernel/index.js';
import { answerProblem } from './answer-problem.js';
import { problemOf } from './fault-problem.js';

const logger = new Logger('http');

/** A fault is logged whole; what is expected where much is asked for, or something is away, in one line without its stack. */
function log(thrown: unknown, { code, detail }: Problem, traceId: string): void {
  const { status } = PROBLEMS[code];
  if (status === 500) logger.error({ err: thrown, traceId, code }, 'request failed');
  else if (status > 500)
    logger.warn({ traceId, code, reason: thrown instanceof Error ? thrown.message : detail.en }, 'request refused');
}

/** The one place where refusals and faults become problem+json. What is our fault is logged. */
export function answerThrown(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(thrown);
  log(thrown, problem, request.id);
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  answerProblem(problem, request, reply);
}
