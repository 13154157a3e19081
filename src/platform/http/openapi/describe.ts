import type { OpenAPIObject, OperationObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import { API_PREFIX, ROOT_PATHS } from '../routes/guard-routes.js';
import type { ScannedRoute } from '../routes/scan-routes.js';
import { constrainBody } from './constraints.js';
import { inDialect } from './dialect.js';
import { exampleOf } from './example.js';
import { completeParameters } from './parameters.js';
import { problemSchemas } from './problem-schemas.js';
import { completeResponses } from './responses.js';
import { tidySchemas } from './tidy-schemas.js';

type Schemas = Record<string, SchemaObject | ReferenceObject>;

/** Completes Nest's document, in place, by what the edge knows of every route: nothing that can be derived is written by hand. */
export function describeRoutes(document: OpenAPIObject, routes: readonly ScannedRoute[]): void {
  const schemas: Schemas = { ...document.components?.schemas, ...problemSchemas() };
  document.components = { ...document.components, schemas };
  for (const route of routes) {
    const path = pathOf(route);
    const operation = document.paths[path]?.[methodOf(route)];
    if (operation === undefined) continue;
    completeAccess(operation, route);
    completeParameters(operation, path, document.paths, route);
    completeBody(operation, route, schemas);
    completeResponses(operation, route, isVersioned(operation, schemas));
  }
  tidySchemas(schemas);
  inDialect(document);
}

/** Path of a route as the document writes it: `/api/v1/awards/{id}`. */
function pathOf({ path }: ScannedRoute): string {
  const isOutside = ROOT_PATHS.some((root) => root === path);
  return `/${isOutside ? '' : `${API_PREFIX}/`}${path.replaceAll(/:(\w+)/g, '{$1}')}`;
}

function methodOf({ method }: ScannedRoute): 'get' | 'post' | 'patch' | 'put' | 'delete' {
  switch (method) {
    case 'GET':
      return 'get';
    case 'POST':
      return 'post';
    case 'PATCH':
      return 'patch';
    case 'PUT':
      return 'put';
    case 'DELETE':
      return 'delete';
    default:
      throw new Error(`No route of ours is a ${method}`);
  }
}

function completeAccess(operation: OperationObject, { edge }: ScannedRoute): void {
  operation.security = edge.open ? [] : [{ bearer: [] }];
  const who = edge.open ? 'Open to everybody.' : `For ${edge.roles.join(', ')}.`;
  operation.description = operation.description === undefined ? who : `${operation.description} ${who}`;
}

function completeBody(operation: OperationObject, { parts: { body } }: ScannedRoute, schemas: Schemas): void {
  const { requestBody } = operation;
  if (body === null || requestBody === undefined || '$ref' in requestBody) return;
  constrainBody(body, schemas);
  const example = exampleOf(body);
  for (const content of Object.values(requestBody.content)) if (example !== undefined) content.example = example;
}

/** Whether what is answered with success carries a version. */
function isVersioned({ responses }: OperationObject, schemas: Schemas): boolean {
  return Object.entries(responses).some(([status, response]) => {
    if (response === undefined || '$ref' in response || !status.startsWith('2')) return false;
    const schema = response.content?.['application/json']?.schema;
    const named = schema !== undefined && '$ref' in schema ? schemas[schema.$ref.split('/').at(-1) ?? ''] : schema;
    return named !== undefined && !('$ref' in named) && named.properties?.['version'] !== undefined;
  });
}
