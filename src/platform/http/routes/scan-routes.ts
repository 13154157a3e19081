import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ProblemCode, Role } from '../../../kernel/index.js';
import { PUBLIC_KEY, ROLES_KEY } from '../access.js';
import { LARGE_BODY_KEY } from '../large-body.js';
import { REFUSES_KEY } from '../openapi/refuses.js';
import { compileDto, rulesOf, type DtoClass } from '../validation/compile-dto.js';
import { isDto } from '../validation/dto.pipe.js';
import { readIfMatch } from '../writes/etag.js';
import { readRequestIdentity } from '../writes/request-identity.js';
import type { RouteEdge } from './route-edge.js';
import { parametersOf, type RouteParameter } from './route-parameters.js';

/** Every route of every controller, by method and handler. */
export interface ScannedRoute {
  /** `POST` */
  readonly method: string;
  /** Path as the controller writes it, without the global prefix: `awards/:id`. */
  readonly path: string;
  readonly edge: RouteEdge;
  readonly parts: RouteParts;
}

/** What the description of a route says beside. */
export interface RouteParts {
  readonly body: DtoClass | null;
  readonly query: DtoClass | null;
  /** Takes an Idempotency-Key. */
  readonly takesKey: boolean;
  /** Takes an If-Match. */
  readonly takesVersion: boolean;
  /** Parameters of the path, with the pipes that read them. */
  readonly path: readonly RouteParameter[];
  /** Refusals that it states itself (`@Refuses`). */
  readonly refuses: readonly ProblemCode[];
}

/** Nest's numbers of what a parameter is. */
const BODY: number = RouteParamtypes.BODY;
const QUERY: number = RouteParamtypes.QUERY;
const PARAM: number = RouteParamtypes.PARAM;

type ControllerClass = abstract new (...dependencies: never[]) => object;

/**
 * Reads what every route says of itself, and fails the start when one says too little: no access stated, or a body or query whose DTO
 * is lost (`import type` under SWC makes it Object, and then nothing would be validated).
 */
export function scanRoutes(app: INestApplication): readonly ScannedRoute[] {
  const faults: string[] = [];
  const scanner = new MetadataScanner();
  const routes: ScannedRoute[] = [];
  for (const { metatype } of app.get(DiscoveryService).getControllers()) {
    if (typeof metatype !== 'function') continue;
    const controller = metatype as ControllerClass;
    for (const name of scanner.getAllMethodNames(controller.prototype as object)) {
      routes.push(...routesOf(controller, name, faults));
    }
  }
  if (faults.length > 0)
    throw new Error(`Routes that the edge refuses to serve:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return routes;
}

function routesOf(controller: ControllerClass, name: string, faults: string[]): ScannedRoute[] {
  const handler: unknown = Reflect.get(controller.prototype as object, name);
  if (typeof handler !== 'function') return [];
  const paths = textsOf(Reflect.getMetadata(PATH_METADATA, handler));
  if (paths === null) return [];
  const number: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
  const method = typeof number === 'number' ? RequestMethod[number] : undefined;
  const place = `${controller.name}.${name}`;
  if (method === undefined) faults.push(`${place}: unknown method`);
  const fault = (text: string) => faults.push(`${place}: ${text}`);
  const parts = partsOf(parametersOf(controller, name), handler, fault);
  const edge = edgeOf(controller, handler, parts, fault);
  const prefixes = textsOf(Reflect.getMetadata(PATH_METADATA, controller)) ?? [''];
  return prefixes.flatMap((prefix) => paths.map((path) => ({ method: method ?? '', path: joined(prefix, path), edge, parts })));
}

function partsOf(parameters: readonly RouteParameter[], handler: object, fault: (text: string) => void): RouteParts {
  const refuses: unknown = Reflect.getMetadata(REFUSES_KEY, handler);
  return {
    body: dtoOf(parameters, BODY, fault),
    query: dtoOf(parameters, QUERY, fault),
    takesKey: parameters.some(({ factory }) => factory === readRequestIdentity),
    takesVersion: parameters.some(({ factory }) => factory === readIfMatch),
    path: parameters.filter(({ kind }) => kind === PARAM),
    refuses: Array.isArray(refuses) ? refuses : [],
  };
}

function edgeOf(controller: ControllerClass, handler: object, parts: RouteParts, fault: (text: string) => void): RouteEdge {
  const own = accessOf(handler);
  const access = own.open || own.roles.length > 0 ? own : accessOf(controller);
  if (!access.open && access.roles.length === 0) fault('states neither @Roles nor @Public');
  const largeBody = Reflect.getMetadata(LARGE_BODY_KEY, handler) === true;
  return { ...access, takesBody: parts.body !== null, takesQuery: parts.query !== null, largeBody };
}

function accessOf(target: object): { readonly open: boolean; readonly roles: readonly Role[] } {
  const roles: unknown = Reflect.getMetadata(ROLES_KEY, target);
  return { open: Reflect.getMetadata(PUBLIC_KEY, target) === true, roles: Array.isArray(roles) ? roles : [] };
}

/** The DTO of the handler's body or query; null where it takes none. Says what is wrong with it. */
function dtoOf(parameters: readonly RouteParameter[], wanted: number, fault: (text: string) => void): DtoClass | null {
  const shown = `@${wanted === BODY ? 'Body' : 'Query'}()`;
  let found: DtoClass | null = null;
  for (const { kind, data, type } of parameters) {
    if (kind !== wanted) continue;
    if (data !== undefined) fault(`${shown} must take the whole, as one DTO`);
    else if (!isDto(type)) fault(`the DTO of ${shown} is lost: import it without \`type\`, and let it be a class`);
    else if (rulesOf(type).size === 0) fault(`${type.name} of ${shown} has no rules`);
    else {
      found = type;
      try {
        compileDto(type);
      } catch (error) {
        fault(error instanceof Error ? error.message : String(error));
      }
    }
  }
  return found;
}

function textsOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : null;
}

function joined(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');
}
