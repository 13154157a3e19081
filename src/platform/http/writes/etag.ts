import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalid, problem, ProblemError } from '../../../kernel/index.js';

const STRONG_VERSION = /^"(\d{1,9})"$/;

/** The ETag of a version: `3` → `"3"`. */
export function etag(version: number): string {
  return `"${version}"`;
}

/** By which a route is known to take an If-Match. */
export function readIfMatch(_: unknown, context: ExecutionContext): number {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) {
    throw new ProblemError(
      problem(
        'precondition-required',
        '請帶 If-Match 標頭：先讀取資源，再以其 ETag 修改。',
        'Send If-Match with the ETag that you read.',
      ),
    );
  }
  const version = STRONG_VERSION.exec(header)?.[1];
  if (version === undefined) {
    throw new ProblemError(
      invalid('/headers/If-Match', 'If-Match 須為讀到的 ETag，例如 "3"。', 'If-Match must be the ETag that was read, like "3".'),
    );
  }
  return Number(version);
}

/** Parameter decorator of a PATCH: the version that the client has seen. Missing 428, malformed 400. */
export const IfMatch = createParamDecorator(readIfMatch);

/** The resource has another version than the client has seen: 412. */
export function versionConflict(current: number): ProblemError {
  return new ProblemError(
    problem(
      'version-conflict',
      `資源已被修改，目前版本為 ${current}。`,
      `The resource has changed; its version is ${current} now.`,
    ),
  );
}
