import type { OpenAPIObject, ResponseObject } from '@nestjs/swagger';
import { PROBLEMS } from '../../src/kernel/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { operationsOf, SchemaCheck, servedDocument, type Operation } from '../support/openapi.js';

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

function responsesOf({ what, name }: Operation): [string, ResponseObject][] {
  return Object.entries(what.responses).map(([status, response]) => {
    if (response === undefined || '$ref' in response) throw new Error(`${name}: ${status} is said elsewhere`);
    return [status, response];
  });
}

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
