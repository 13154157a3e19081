import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf, type Language } from './language.js';

/** Parameter decorator: the reader's language, by Accept-Language; the answer says that it depends on it. */
export const ReaderLanguage = createParamDecorator((_: unknown, context: ExecutionContext): Language => {
  const http = context.switchToHttp();
  const language = languageOf(http.getRequest<FastifyRequest>().headers['accept-language']);
  void http.getResponse<FastifyReply>().header('Content-Language', language).header('Vary', 'Accept-Language');
  return language;
});
