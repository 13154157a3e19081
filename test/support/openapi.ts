import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIObject, OperationObject, ParameterObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import type { Answer, TestApp } from './app.js';

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

/** Objects that name their members take no others; those of an `allOf` are closed together, and what it refers to is left open. */
function closedCopy(document: OpenAPIObject): object {
  const parts = new Set(
    [...JSON.stringify(document).matchAll(/"allOf":\[\{"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
  );
  const closed = (value: unknown, isPart: boolean): unknown => {
    if (Array.isArray(value)) return value.map((one) => closed(one, isPart));
    if (typeof value !== 'object' || value === null) return value;
    const copy = Object.entries(value).map(([name, member]) => [name, closed(member, name === 'allOf')]);
    const open = isPart || 'additionalProperties' in value || !('allOf' in value || 'properties' in value);
    return Object.fromEntries(open ? copy : [...copy, ['unevaluatedProperties', false]]);
  };
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => [
    name,
    closed(schema, parts.has(name)),
  ]);
  return { ...document, components: { schemas: Object.fromEntries(schemas) } };
}

/** What is wrong with an answer by what the document says of its operation; empty: nothing. */
export function answerFaults(check: SchemaCheck, { method, path, what }: Operation, answer: Answer): readonly string[] {
  const { status, headers, body } = answer;
  const stated = what.responses[String(status)];
  if (stated === undefined || '$ref' in stated) return [`${status} ${codeOf(body)} is not documented`];
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  const content = stated.content ?? {};
  if (Object.keys(content).length === 0) return body === '' ? [] : [`${status} has a body`];
  if (content[type] === undefined) return [`${status} is ${type}`];
  const named = Object.keys(stated.headers ?? {}).map((name) => name.toLowerCase());
  const silent = TOLD.filter((name) => headers.has(name) && !named.includes(name)).map((name) => `${status} has ${name}`);
  if (!type.endsWith('json')) return silent;
  const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
    .map(step)
    .join('');
  return [...silent, ...check.faults(pointer, body).map((fault) => `${status} ${codeOf(body)} ${fault}`)];
}

/** Headers that the document must tell where they come. */
const TOLD = ['etag', 'idempotent-replayed', 'retry-after', 'www-authenticate'];

function codeOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';
}

/** A JSON pointer's step. */
export function step(name: string): string {
  return `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}
