import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIObject, OperationObject, ParameterObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import type { TestApp } from './app.js';

export type Schema = SchemaObject | ReferenceObject;

/** One operation of the document. */
export interface Operation {
  /** `POST /awards/{id}/commitments` */
  readonly name: string;
  readonly method: string;
  /** As the document writes it, `/api/v1` included. */
  readonly path: string;
  readonly what: OperationObject;
  readonly parameters: readonly ParameterObject[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The document as the running application serves it. */
export async function servedDocument(app: TestApp): Promise<OpenAPIObject> {
  const answer = await (await app.api(null)).get<OpenAPIObject>('/openapi.json');
  return answer.body;
}

/** Every operation of the document. */
export function operationsOf({ paths }: OpenAPIObject): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const what = item[method];
      if (what === undefined) return [];
      const parameters = (what.parameters ?? []).filter((one): one is ParameterObject => !('$ref' in one));
      const name = `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`;
      return [{ name, method: method.toUpperCase(), path, what, parameters }];
    }),
  );
}

/** Checks values against schemas of the document. */
export class SchemaCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<unknown, ValidateFunction>();

  /** `closed`: an answer may hold no member that its schema doesn't name, though the document leaves that open to later versions. */
  constructor(document: OpenAPIObject, closed = false) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'https://fund-ledger.test/document', ...(closed ? closedCopy(document) : document) });
  }

  /** What is wrong with the value by the schema at this JSON pointer of the document; empty: nothing. */
  faults(pointer: string, value: unknown): readonly string[] {
    const check = this.compiled.get(pointer) ?? this.ajv.compile({ $ref: `https://fund-ledger.test/document#${pointer}` });
    this.compiled.set(pointer, check);
    if (check(value)) return [];
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }
}

/** Objects that name their members take no others; those of an `allOf` are closed together. */
function closedCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(closedCopy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closedCopy(member)]));
  const isObject = 'properties' in copy && copy['type'] === 'object' && copy['additionalProperties'] === undefined;
  return (isObject ? { ...copy, unevaluatedProperties: false } : copy) as T;
}

/** A JSON pointer's step. */
export function step(name: string): string {
  return `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}
