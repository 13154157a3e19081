import type { OpenAPIObject, ResponseObject } from '@nestjs/swagger';
import { PROBLEMS } from '../../src/kernel/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { operationsOf, SchemaCheck, servedDocument, step, type Operation, type Schema } from '../support/openapi.js';

let database: TestDatabase;
let app: TestApp;
let document: OpenAPIObject;
let operations: readonly Operation[];

beforeAll(async () => {
  database = await testDatabase();
  app = await startApp({ url: database.url });
  document = await servedDocument(app);
  operations = operationsOf(document);
});

afterAll(async () => {
  await app.close();
  await database.close();
});

const LITTLE = new Set(['the', 'a', 'an', 'of', 'its', 'is', 'it', 'in', 'this']);

function wordsOf(text: string): string[] {
  const spaced = text.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !LITTLE.has(word));
}

/** A description says more than the name that it describes. */
function saysMore(name: string, description: unknown): boolean {
  if (typeof description !== 'string') return false;
  const known = new Set(wordsOf(name));
  return wordsOf(description).some((word) => !known.has(word));
}

/** Everything of a schema that says too little. `place` names it. */
function faultsOf(schema: Schema | undefined, place: string): string[] {
  if (schema === undefined) return [`${place}: no schema`];
  if ('$ref' in schema) return [];
  const { type, properties, additionalProperties: more, items } = schema;
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const faults = parts.flatMap((part, index) => faultsOf(part, `${place}[${index}]`));
  const types = [type].flat();
  if (type === undefined && parts.length === 0 && schema.enum === undefined && schema.pattern === undefined) {
    faults.push(`${place}: says no type`);
  }
  if (types.includes('object')) {
    if (more === true || (properties === undefined && more === undefined)) faults.push(`${place}: an object of anything`);
    if (typeof more === 'object') faults.push(...faultsOf(more, `${place}.*`));
  }
  if (types.includes('array')) faults.push(...faultsOf(items, `${place}[]`));
  for (const [name, property] of Object.entries(properties ?? {})) {
    const description = 'description' in property ? property.description : undefined;
    if (!saysMore(name, description)) faults.push(`${place}.${name}: is not described`);
    faults.push(...faultsOf(property, `${place}.${name}`));
  }
  return faults;
}

function responsesOf({ what, name }: Operation): [string, ResponseObject][] {
  return Object.entries(what.responses).map(([status, response]) => {
    if (response === undefined || '$ref' in response) throw new Error(`${name}: ${status} is said elsewhere`);
    return [status, response];
  });
}

it('says of every operation what it does, who may call it and with what', () => {
  const faults = operations.flatMap(({ name, what, parameters }) => [
    ...(saysMore(name, what.summary) ? [] : [`${name}: no summary`]),
    ...(saysMore(what.summary ?? '', what.description) ? [] : [`${name}: no description`]),
    ...((what.tags ?? []).length === 1 ? [] : [`${name}: no tag`]),
    ...(what.security === undefined ? [`${name}: no security`] : []),
    ...parameters.flatMap((parameter) => [
      ...(saysMore(parameter.name, parameter.description) ? [] : [`${name}: ${parameter.name} is not described`]),
      ...faultsOf(parameter.schema, `${name}: ${parameter.name}`),
    ]),
  ]);
  expect(faults).toEqual([]);
  expect(new Set(operations.map(({ what }) => what.operationId)).size).toBe(operations.length);
});

it('describes every member of every schema, and none as an object of anything', () => {
  const schemas = Object.entries(document.components?.schemas ?? {});
  expect(schemas.flatMap(([name, schema]) => faultsOf(schema, name))).toEqual([]);
});

it('says of every answer what it holds, in which media type', () => {
  const faults = operations.flatMap((operation) =>
    responsesOf(operation).flatMap(([status, { description, content, headers }]) => {
      const place = `${operation.name} ${status}`;
      return [
        ...(description === '' ? [`${place}: no description`] : []),
        ...(content === undefined && status !== '204' ? [`${place}: no content`] : []),
        ...Object.entries(content ?? {}).flatMap(([type, { schema }]) => faultsOf(schema, `${place} ${type}`)),
        ...Object.entries(headers ?? {}).flatMap(([name, header]) =>
          '$ref' in header || !saysMore(name, header.description) ? [`${place}: ${name} is not described`] : [],
        ),
      ];
    }),
  );
  expect(faults).toEqual([]);
});

it('lists every refusal of every operation by status and code', () => {
  const usual = ['400', '500', '503'];
  const faults = operations.flatMap((operation) => {
    const responses = new Map(responsesOf(operation));
    const isOpen = operation.what.security?.length === 0;
    const wanted = [
      ...usual,
      ...(isOpen ? [] : ['401']),
      ...(operation.path.includes('{') ? ['404'] : []),
      ...(operation.method === 'GET' ? [] : ['413', '415']),
      ...(operation.parameters.some(({ name }) => name === 'Idempotency-Key') ? ['409', '422'] : []),
      ...(operation.parameters.some(({ name }) => name === 'If-Match') ? ['412', '428'] : []),
    ];
    return [
      ...wanted.filter((status) => !responses.has(status)).map((status) => `${operation.name}: no ${status}`),
      ...[...responses].flatMap(([status, { content }]) =>
        status.startsWith('2') || content?.['application/problem+json'] !== undefined
          ? []
          : [`${operation.name}: ${status} is no problem`],
      ),
    ];
  });
  expect(faults).toEqual([]);
});

it('has an example of every body, which its schema takes', () => {
  const check = new SchemaCheck(document);
  const faults = operations.flatMap(({ name, method, path, what }) => {
    const { requestBody } = what;
    if (requestBody === undefined) return [];
    if ('$ref' in requestBody) return [`${name}: its body is said elsewhere`];
    const example: unknown = requestBody.content['application/json']?.example;
    if (example === undefined) return [`${name}: no example`];
    const pointer = ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema']
      .map(step)
      .join('');
    return check.faults(pointer, example).map((fault) => `${name}: ${fault}`);
  });
  expect(faults).toEqual([]);
});

it('takes an opaque bearer token, and says so', () => {
  expect(document.components?.securitySchemes).toEqual({
    bearer: expect.objectContaining({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque' }),
  });
});

it('has a schema for every code of the error-code table, with its status, and uses no other', () => {
  const shown = new Map(
    [...(document.info.description ?? '').matchAll(/^\| ([a-z-]+) \| (\d{3}) \| .+ \|$/gm)].map(([, code, status]) => [
      code,
      status,
    ]),
  );
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, String(status)])),
  );
  const check = new SchemaCheck(document);
  const faults = Object.entries(PROBLEMS).flatMap(([code, { status }]) => {
    const name = code.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const wrong = check.faults(`/components/schemas/${name}Problem`, { code, status: status + 1 });
    return wrong.some((fault) => fault.startsWith('/status')) && !wrong.some((fault) => fault.startsWith('/code')) ? [] : [code];
  });
  expect(faults).toEqual([]);
});
