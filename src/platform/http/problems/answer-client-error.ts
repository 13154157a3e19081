import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf } from './fault-problem.js';
import { languageOf } from './language.js';
import { problemBody } from './problem-body.js';

/** A tunnel is asked for: Node hands the connection over and answers nothing by itself. */
const TUNNEL = 'CONNECT';
/** Statuses of what Node's parser refuses for another reason than that it can't be read. */
const STATUSES: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431, [TUNNEL]: 405 };

/**
 * Answers what is no request (Node's `clientError`): it reaches no route and no filter, so the problem is written to the socket itself,
 * and the connection ends.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Duplex, traceId: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const status = STATUSES[error.code ?? ''] ?? 400;
    const occasion = { language: languageOf(undefined), instance: '/', traceId };
    const body = JSON.stringify({ ...problemBody(problemOf({ code: 'FST_ERR_CLIENT', statusCode: status }), occasion), status });
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Content-Type-Options: nosniff',
      ...(status === 405 ? ['Allow: DELETE, GET, HEAD, PATCH, POST'] : []),
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.end(() => socket.destroy());
}

/** Refuses a `CONNECT` as any other method that a path does not take. */
export function refuseTunnel(socket: Duplex, traceId: string): void {
  answerClientError(Object.assign(new Error('A tunnel'), { code: TUNNEL }), socket, traceId);
}
