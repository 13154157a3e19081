import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { ProblemError } from '../../../kernel/index.js';
import { etag } from '../writes/etag.js';
import { Answer, isRefused } from './answer.js';

/** The one place where what a handler returns becomes the answer: its headers, its body, or the refusal for the one filter. */
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((value: unknown) => {
        if (isRefused(value)) throw new ProblemError(value.problem);
        if (!(value instanceof Answer)) return value;
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        if (value.about.replayed === true) void reply.header('Idempotent-Replayed', 'true');
        if (value.about.version !== undefined) void reply.header('ETag', etag(value.about.version));
        return value.body as unknown;
      }),
    );
  }
}
