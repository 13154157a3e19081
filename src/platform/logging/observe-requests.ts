import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** Who counts the requests. */
interface RequestCounter {
  requestAnswered(method: string, route: string, status: number, seconds: number): void;
}

/** Paths that are asked every few seconds: their good answers are no news. */
const QUIET = /^\/(?:health\/|metrics)/;

/** One line and one measurement for each request, after its answer: no header, no body, no query, so no secret. */
export function observeRequests(server: FastifyInstance, logger: Logger, counter: RequestCounter): void {
  // What stands in a line is fixed below; looking for secrets in it would cost more than the line.
  const lines = logger.child({}, { redact: [] });
  server.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const milliseconds = reply.elapsedTime;
    counter.requestAnswered(request.method, request.routeOptions.url ?? 'unmatched', status, milliseconds / 1000);
    const quiet = status < 400 && QUIET.test(request.url);
    lines[status === 500 ? 'error' : status > 500 ? 'warn' : quiet ? 'debug' : 'info'](
      {
        traceId: request.id,
        method: request.method,
        path: pathOf(request.url),
        status,
        ms: Math.round(milliseconds * 10) / 10,
      },
      'request',
    );
    done();
  });
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
