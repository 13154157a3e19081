import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Problem } from '../../../kernel/index.js';
import { occasionOf } from './answer-problem.js';
import { problemBody, type ProblemBody } from './problem-body.js';

/** Writes refusals inside an answer (the items of a batch) in the reader's language. */
export type RenderProblem = (problem: Problem) => ProblemBody;

/** Parameter decorator: `@ProblemRenderer() render: RenderProblem`. */
export const ProblemRenderer = createParamDecorator((_: unknown, context: ExecutionContext): RenderProblem => {
  const occasion = occasionOf(context.switchToHttp().getRequest<FastifyRequest>());
  return (problem) => problemBody(problem, occasion);
});
