import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** W3C Trace Context: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
const NONE = '0'.repeat(32);

/** The caller's trace id, where `traceparent` says one, else a new one: 32 hex digits. Fastify keeps it as `request.id`. */
export function traceIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['traceparent'];
  if (typeof given === 'string') {
    const id = TRACEPARENT.exec(given)?.[1];
    if (id !== undefined && id !== NONE) return id;
  }
  return randomUUID().replaceAll('-', '');
}
