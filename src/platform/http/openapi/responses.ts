import type { OperationObject, ResponseObject } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../../../kernel/index.js';
import type { ScannedRoute } from '../routes/scan-routes.js';
import { RESPONSE_HEADERS } from './headers.js';
import { problemReference } from './problem-schemas.js';
import { refusalsOf } from './refusals.js';

const SUCCESS: Readonly<Record<string, string>> = {
  '200': 'What was asked for, or what it came to',
  '201': 'What was made, as it stands now',
  '202': 'Accepted: what comes of it is read later',
  '204': 'Done; there is nothing to answer',
};

/** Refusals that may say when the same request can be sent again. */
const AGAIN: readonly ProblemCode[] = ['idempotency-in-progress', 'too-many-requests', 'unavailable', 'outcome-unknown'];

/** Completes what the answers of an operation say: descriptions, headers, and every refusal with its codes. */
export function completeResponses(operation: OperationObject, route: ScannedRoute, hasVersion: boolean): void {
  delete operation.responses.default;
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response === undefined || '$ref' in response || !status.startsWith('2')) continue;
    if (response.description === '') response.description = SUCCESS[status] ?? 'Done';
    response.headers = {
      ...response.headers,
      ...(route.parts.takesKey ? { 'Idempotent-Replayed': RESPONSE_HEADERS.replayed } : {}),
      ...(hasVersion ? { ETag: RESPONSE_HEADERS.etag } : {}),
    };
  }
  for (const [status, codes] of byStatus(refusalsOf(route))) {
    const stated = operation.responses[status];
    const own = stated === undefined || '$ref' in stated ? null : stated;
    operation.responses[status] = refusal(codes, own);
  }
}

function byStatus(codes: readonly ProblemCode[]): ReadonlyMap<string, readonly ProblemCode[]> {
  const found = new Map<string, ProblemCode[]>();
  for (const code of codes) {
    const status = String(PROBLEMS[code].status);
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}

/** `own`: what the route says of this status itself. */
function refusal(codes: readonly ProblemCode[], own: ResponseObject | null): ResponseObject {
  const says = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].en.toLowerCase()}`).join('; ');
  const [only, ...others] = codes.map(problemReference);
  return {
    description: own === null || own.description === '' ? says : `${own.description}; or ${says}`,
    headers: {
      ...own?.headers,
      'Content-Language': RESPONSE_HEADERS.language,
      ...(codes.includes('unauthenticated') ? { 'WWW-Authenticate': RESPONSE_HEADERS.authenticate } : {}),
      ...(codes.some((code) => AGAIN.includes(code)) ? { 'Retry-After': RESPONSE_HEADERS.retryAfter } : {}),
    },
    content: {
      ...own?.content,
      'application/problem+json': {
        schema: only !== undefined && others.length === 0 ? only : { oneOf: codes.map(problemReference) },
      },
    },
  };
}
