import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, type Problem } from '../../../kernel/index.js';
import { languageOf } from './language.js';
import { problemBody, type ProblemOccasion } from './problem-body.js';

/** Answers a request with a refusal, in the reader's language. */
export function answerProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { status } = PROBLEMS[problem.code];
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

/** Language, path and trace of a request. */
export function occasionOf(request: FastifyRequest): ProblemOccasion {
  const query = request.url.indexOf('?');
  return {
    language: languageOf(request.headers['accept-language']),
    instance: query < 0 ? request.url : request.url.slice(0, query),
    traceId: request.id,
  };
}
