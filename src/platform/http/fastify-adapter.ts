import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Config } from '../config/index.js';
import { answerClientError } from './problems/answer-client-error.js';
import { answerProblem } from './problems/answer-problem.js';
import { problemOf } from './problems/fault-problem.js';

type AdapterOptions = Omit<FastifyServerOptions, 'routerOptions'> & { readonly return503OnClosing?: boolean };

/** Longer path segments name nothing that we have. */
const PATH_SEGMENT_LIMIT = 200;
/** A whole request must have arrived after so long: who sends byte by byte holds no connection for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Nest's adapter without Nest's body parsers: the edge takes JSON alone, and reads it itself (`acceptJsonBodies`). */
class EdgeAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {
    return;
  }
}

/** The HTTP server's adapter, with the limits of the contract; `more` adds what the process decides (log, trace ids, closing). */
export function createFastifyAdapter(config: Config, more: AdapterOptions = {}): FastifyAdapter {
  return new EdgeAdapter({
    bodyLimit: config.bodyLimitBytes,
    trustProxy: [...config.trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    // What the router itself refuses (broken percent-encoding) reaches no filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(problemOf(error), request, reply),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, randomUUID().replaceAll('-', '')),
    ...more,
    routerOptions: { maxParamLength: PATH_SEGMENT_LIMIT },
  });
}
