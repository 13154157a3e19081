import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerThrown } from './answer-thrown.js';

/** Whatever is thrown on a request's way. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerThrown(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
