import type { OpenAPIObject } from '@nestjs/swagger';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Answer, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { sendExamples } from '../support/example-walk.js';
import { answerFaults, operationsOf, SchemaCheck, servedDocument, type Operation } from '../support/openapi.js';

let database: TestDatabase;
let app: TestApp;
let document: OpenAPIObject;
let operations: readonly Operation[];
let answers: ReadonlyMap<string, Answer>;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  document = await servedDocument(app);
  operations = operationsOf(document);
  answers = await sendExamples(app, operations);
}, 60_000);

afterAll(async () => {
  await app.close();
  await database.close();
});

it('The server accepts the example of every body', () => {
  const withBody = operations.filter(({ what }) => what.requestBody !== undefined).map(({ name }) => name);
  expect([...answers.keys()].sort()).toEqual(withBody.sort());
  const refused = [...answers].filter(([, { status }]) => status >= 300).map(([name, { body }]) => [name, body]);
  expect(refused).toEqual([]);
});

it('Each item of the batch of the example is accepted', () => {
  expect(answers.get('POST /awards/batch')?.body).toMatchObject({ accepted: 2, rejected: 0 });
});

it('What each comes to is what the document says', () => {
  const check = new SchemaCheck(document, true);
  const faults = operations.flatMap((operation) => {
    const answer = answers.get(operation.name);
    return answer === undefined ? [] : answerFaults(check, operation, answer).map((fault) => `${operation.name}: ${fault}`);
  });
  expect(faults).toEqual([]);
});
