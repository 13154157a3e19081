import type { OperationObject, ParameterObject, PathsObject, SchemaObject } from '@nestjs/swagger';
import type { ScannedRoute } from '../routes/scan-routes.js';
import { constrainQuery } from './constraints.js';
import { REQUEST_HEADERS } from './headers.js';

/** Completes what an operation is asked with: the headers that the edge reads, bounds of the query, and where names in the path come from. */
export function completeParameters(operation: OperationObject, path: string, paths: PathsObject, { parts }: ScannedRoute): void {
  const headers = [...(parts.takesKey ? [REQUEST_HEADERS.key] : []), ...(parts.takesVersion ? [REQUEST_HEADERS.version] : [])];
  // OpenAPI has its own word for Authorization: security.
  const derived = ['authorization', ...headers.map(({ name }) => name.toLowerCase())];
  const stated = (operation.parameters ?? [])
    .filter((parameter): parameter is ParameterObject => !('$ref' in parameter))
    .filter((parameter) => parameter.in !== 'header' || !derived.includes(parameter.name.toLowerCase()));
  if (parts.query !== null) constrainQuery(parts.query, stated);
  for (const parameter of stated) if (parameter.in === 'path') completePath(parameter, path, paths, parts.path);
  operation.parameters = [...stated, ...headers, REQUEST_HEADERS.language];
}

function completePath(parameter: ParameterObject, path: string, paths: PathsObject, read: ScannedRoute['parts']['path']): void {
  const list = path.slice(0, path.indexOf(`/{${parameter.name}}`));
  if (parameter.description === undefined && paths[list]?.get !== undefined) {
    parameter.description = `One of those that GET ${list} lists`;
  }
  const [schema] = read.filter(({ data }) => data === parameter.name).flatMap(({ pipes }) => pipes.flatMap(schemaOf));
  if (schema !== undefined) parameter.schema = schema;
}

/** What a pipe of ours says of the values that it takes. */
function schemaOf(pipe: unknown): SchemaObject[] {
  return typeof pipe === 'function' && hasSchema(pipe) ? [pipe.schema] : [];
}

function hasSchema(pipe: object): pipe is { readonly schema: SchemaObject } {
  return 'schema' in pipe && typeof pipe.schema === 'object' && pipe.schema !== null;
}
