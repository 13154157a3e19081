import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { gateLargeLists } from './lists/large-lists.js';
import type { Gate } from '../gate.js';
import { Config } from '../config/index.js';
import { Secrets } from '../secrets/secrets.js';
import { AUTHENTICATOR, type Authenticator } from './access.js';
import { acceptJsonBodies } from './body/json-body.js';
import { serveOpenApi } from './openapi/openapi.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { AccessGuard } from './routes/access.guard.js';
import { API_PREFIX, guardRoutes, ROOT_PATHS } from './routes/guard-routes.js';
import type { RouteEdge } from './routes/route-edge.js';
import { scanRoutes } from './routes/scan-routes.js';
import { secureAnswers } from './security-headers.js';
import { warnOfUntrustedProxy } from './untrusted-proxy.js';
import { DtoPipe } from './validation/dto.pipe.js';
import { keyRequestHashes } from './writes/request-identity.js';

/**
 * Makes the application speak the contract (api.md, Conventions). Call it before `init` or `listen`. The order of refusals follows from
 * where each is decided: 401 before the body is read, 413 and 415 while it is, 403 in the guard, 400 in guard and pipe. Answers the gate of long
 * lists, for metrics.
 */
export function configureHttp(app: NestFastifyApplication): Gate {
  const config = app.get(Config);
  const instance = app.getHttpAdapter().getInstance();
  app.setGlobalPrefix(API_PREFIX, { exclude: [...ROOT_PATHS] });
  secureAnswers(instance);
  warnOfUntrustedProxy(instance, config);
  acceptJsonBodies(instance, config.jsonDepthLimit);
  keyRequestHashes(instance, app.get(Secrets));
  guardRoutes(instance, {
    edges: edgesOf(app),
    authenticator: app.get<Authenticator>(AUTHENTICATOR, { strict: false }),
    batchBodyLimitBytes: config.batchBodyLimitBytes,
  });
  const lists = gateLargeLists(instance, config);
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalGuards(new AccessGuard());
  app.useGlobalPipes(new DtoPipe());
  serveOpenApi(app);
  return lists;
}

function edgesOf(app: NestFastifyApplication): ReadonlyMap<string, RouteEdge> {
  const outside: readonly string[] = ROOT_PATHS;
  return new Map(
    scanRoutes(app).map(({ method, path, edge }) => [
      `${method} /${outside.includes(path) ? path : `${API_PREFIX}/${path}`}`,
      edge,
    ]),
  );
}
