import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Role } from '../../../kernel/index.js';
import { PUBLIC_KEY, ROLES_KEY } from '../access.js';
import { isRecord } from '../is-record.js';
import { LARGE_BODY_KEY } from '../large-body.js';
import { compileDto, rulesOf } from '../validation/compile-dto.js';
import { isDto } from '../validation/dto.pipe.js';
import type { RouteEdge } from './route-edge.js';

/** Every route of every controller, by method and handler. */
export interface ScannedRoute {
  /** `POST` */
  readonly method: string;
  /** Path as the controller writes it, without the global prefix: `awards/:id`. */
  readonly path: string;
  readonly edge: RouteEdge;
}

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
  const edge = edgeOf(controller, handler, name, (fault) => faults.push(`${place}: ${fault}`));
  const prefixes = textsOf(Reflect.getMetadata(PATH_METADATA, controller)) ?? [''];
  return prefixes.flatMap((prefix) => paths.map((path) => ({ method: method ?? '', path: joined(prefix, path), edge })));
}

function edgeOf(controller: ControllerClass, handler: object, name: string, fault: (text: string) => void): RouteEdge {
  const own = accessOf(handler);
  const access = own.open || own.roles.length > 0 ? own : accessOf(controller);
  if (!access.open && access.roles.length === 0) fault('states neither @Roles nor @Public');
  const body = parameterOf(controller, name, RouteParamtypes.BODY, fault);
  const query = parameterOf(controller, name, RouteParamtypes.QUERY, fault);
  return { ...access, takesBody: body, takesQuery: query, largeBody: Reflect.getMetadata(LARGE_BODY_KEY, handler) === true };
}

function accessOf(target: object): { readonly open: boolean; readonly roles: readonly Role[] } {
  const roles: unknown = Reflect.getMetadata(ROLES_KEY, target);
  return { open: Reflect.getMetadata(PUBLIC_KEY, target) === true, roles: Array.isArray(roles) ? roles : [] };
}

/** Whether the handler has such a parameter; says what is wrong with it. */
function parameterOf(controller: ControllerClass, name: string, kind: RouteParamtypes, fault: (text: string) => void): boolean {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
  const types: unknown = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name);
  let found = false;
  for (const [key, parameter] of Object.entries(isRecord(parameters) ? parameters : {})) {
    if (!key.startsWith(`${kind}:`) || !isRecord(parameter) || typeof parameter['index'] !== 'number') continue;
    found = true;
    const shown = `@${kind === RouteParamtypes.BODY ? 'Body' : 'Query'}()`;
    const type: unknown = Array.isArray(types) ? types[parameter['index']] : undefined;
    if (parameter['data'] !== undefined) fault(`${shown} must take the whole, as one DTO`);
    else if (!isDto(type)) fault(`the DTO of ${shown} is lost: import it without \`type\`, and let it be a class`);
    else if (rulesOf(type).size === 0) fault(`${type.name} of ${shown} has no rules`);
    else {
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
