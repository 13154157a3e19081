import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../../../kernel/index.js';
import type { Authenticator } from '../access.js';
import { headerTwice, methodNotAllowed, unauthenticated } from '../problems/fault-problem.js';
import { AllowedMethods } from './allowed-methods.js';
import { repeatedHeader } from './repeated-header.js';
import type { RouteEdge } from './route-edge.js';

/** Path under which everything that isn't open needs a signed-in user. */
export const API_PREFIX = 'api/v1';
/** The only path below the prefix that no controller makes: the OpenAPI document. */
export const OPENAPI_PATH = `${API_PREFIX}/openapi.json`;

/** Paths outside the prefix that controllers make (api.md, Auth). */
export const ROOT_PATHS = ['health/live', 'health/ready', 'metrics'] as const;

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,4096})$/i;
const OPEN: RouteEdge = { open: true, roles: [], takesBody: false, takesQuery: false, largeBody: false };

/** What the guards need: routes by `METHOD /path`, who authenticates, and the batch's body limit. */
export interface GuardedRoutes {
  readonly edges: ReadonlyMap<string, RouteEdge>;
  readonly authenticator: Authenticator;
  readonly batchBodyLimitBytes: number;
}

/**
 * Every route carries what the edge has to know of it; a route below the prefix that no controller states fails the start. Nobody is
 * refused (401, 405) before a byte of the body is read, so before 413 and 415.
 */
export function guardRoutes(instance: FastifyInstance, { edges, authenticator, batchBodyLimitBytes }: GuardedRoutes): void {
  instance.decorateRequest('actor', null);
  const allowed = new AllowedMethods();
  instance.addHook('onRoute', (route) => {
    const methods = [route.method].flat();
    for (const method of methods) {
      allowed.add(method, route.url);
      const edge = edges.get(`${method === 'HEAD' ? 'GET' : method} ${route.url}`) ?? openOutside(route.url);
      if (edge === null) throw new Error(`${method} ${route.url} is no controller's: it would be open to everybody`);
      route.config = { ...route.config, edge };
      if (edge.largeBody) route.bodyLimit = batchBodyLimitBytes;
    }
  });
  instance.addHook('onRequest', async (request, reply) => {
    const repeated = repeatedHeader(request.raw);
    if (repeated !== null) throw new ProblemError(headerTwice(repeated));
    if (request.is404) refuseMethod(allowed.of(request.url), reply);
    if (request.is404 || request.routeOptions.config.edge?.open === true) return;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const actor = token === undefined ? null : await authenticator.authenticate(token);
    if (actor === null) throw new ProblemError(unauthenticated());
    request.actor = actor;
  });
}

/** 405 where the path takes other methods: what there is stands openly in the OpenAPI document, so nobody is asked for who he is. */
function refuseMethod(methods: readonly string[], reply: FastifyReply): void {
  if (methods.length === 0) return;
  void reply.header('Allow', methods.join(', '));
  throw new ProblemError(methodNotAllowed(methods));
}

/** Reader, console files and the OpenAPI document are open; nothing else below the prefix is. */
function openOutside(url: string): RouteEdge | null {
  return url === `/${OPENAPI_PATH}` || !url.startsWith(`/${API_PREFIX}`) ? OPEN : null;
}

/** The edge of the route that a request has met. */
export function edgeOfRequest(request: FastifyRequest): RouteEdge | undefined {
  return request.routeOptions.config.edge;
}
