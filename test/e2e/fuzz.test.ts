import { REPORT_NAMES } from '../../src/reports/read-report.js';
import type { OpenAPIObject } from '@nestjs/swagger';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { signIn, startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { sendExamples } from '../support/example-walk.js';
import { FuzzRequests, Known, type FuzzRequest } from '../support/fuzz-request.js';
import { answerFaults, operationsOf, SchemaCheck, servedDocument, type Operation } from '../support/openapi.js';

/** FUZZ_SEED repeats a run. */
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 3_000);
const LIMIT_MS = 60_000;
const AT_ONCE = 8;
/** Who sends; nobody is signed in where it is null. */
const ROLES = [null, 'finance', 'finance', 'finance', 'officer', 'auditor', 'admin', 'admin'] as const;

let database: TestDatabase;
let app: TestApp;
let document: OpenAPIObject;
let operations: readonly Operation[];
let check: SchemaCheck;
let requests: FuzzRequests;
const known = new Known();
/** Answers that are not what the document says, and the request that each came to. */
const faults = new Map<string, string>();
/** Operations that were answered with success. */
const succeeded = new Set<string>();

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  document = await servedDocument(app);
  operations = operationsOf(document);
  check = new SchemaCheck(document, true);
  requests = new FuzzRequests(document, operations, known, SEED);
  for (const [name, { status }] of await sendExamples(app, operations)) if (status < 300) succeeded.add(name);
  await learn(await app.api('admin'));
}, 60_000);

afterAll(async () => {
  await app.close();
  await database.close();
});

/** Reads every list for the names of what is there. */
async function learn(api: Api): Promise<void> {
  const lists = operations.filter(({ method, path }) => method === 'GET' && !/\{(?!fund\}|year\})/.test(path));
  for (const { path } of lists) {
    const at = path.replace('{fund}', 'gz-ecommerce').replace('{year}', '2016');
    const { body } = await api.get<unknown>(at.replace('/api/v1', ''));
    for (const name of namesIn(body)) known.add(at, name);
    const { body: page } = await api.get<{ nextCursor?: string | null }>(`${at.replace('/api/v1', '')}?limit=1`);
    if (typeof page.nextCursor === 'string') known.cursors.push(page.nextCursor);
  }
  for (const report of REPORT_NAMES) known.add('/api/v1/reports', report);
}

/** How paths name what a list holds. The users that the test signs in as are left alone. */
function namesIn(body: unknown): string[] {
  const items: unknown = typeof body === 'object' && body !== null && 'items' in body ? body.items : [];
  return (Array.isArray(items) ? items : []).flatMap((item: Record<string, unknown>) => {
    if (typeof item['username'] === 'string' && item['username'] !== 'chan.taiman') return [];
    return [item['id'] ?? item['code']].filter((name): name is string => typeof name === 'string');
  });
}

const tokens = new Map<string, string>();

/** A token of one of the roles; signing out takes one of its own, and so ends no other's. */
async function tokenFor(role: string, { operation }: FuzzRequest): Promise<string> {
  if (operation.name === 'POST /auth/logout') return (await signIn(app.baseUrl, role)).token ?? '';
  const token = tokens.get(role) ?? (await app.api(role)).token ?? '';
  tokens.set(role, token);
  return token;
}

async function send(request: FuzzRequest, role: string | null): Promise<Answer> {
  const { operation, url, headers, body } = request;
  const token = role === null ? null : await tokenFor(role, request);
  const response = await fetch(app.baseUrl + url, {
    method: operation.method,
    headers: {
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...headers,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === null ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Sends a request and keeps what is wrong with its answer, once for each place. */
async function judge(request: FuzzRequest, role: string | null): Promise<void> {
  const { operation, url, body } = request;
  const answer = await send(request, role);
  if (answer.status < 300) {
    succeeded.add(operation.name);
    for (const name of namesIn({ items: [answer.body] })) known.add(operation.path, name);
  }
  // Answered well-formed or not: nothing that a client sends is a fault of the server. Too many long lists or reports at once are no fault.
  const isFault = answer.status >= 500 && !(answer.status === 503 && answer.headers.get('retry-after') !== null);
  for (const fault of [...(isFault ? [`answers ${answer.status}`] : []), ...answerFaults(check, operation, answer)]) {
    const place = `${operation.name}: ${fault.replaceAll(/\/\d+\//g, '/*/')}`;
    if (!faults.has(place)) faults.set(place, `${String(role)} ${url} ${(body ?? '').slice(0, 300)}`);
  }
}

it(`Nothing that is sent is answered otherwise than the document says (seed ${SEED})`, async () => {
  const deadline = Date.now() + LIMIT_MS;
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < REQUESTS && Date.now() < deadline) {
      sent += 1;
      const request = requests.next();
      await judge(request, ROLES[requests.between(0, ROLES.length - 1)] ?? null);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(Object.fromEntries(faults)).toEqual({});
  // A slow machine sends fewer in its time.
  expect(sent).toBeGreaterThan(REQUESTS / 10);
}, 120_000);

it('Each operation is answered with success', async () => {
  for (const operation of operations) {
    for (let tries = 0; tries < 60 && !succeeded.has(operation.name); tries++) {
      await judge(requests.of(operation), ROLES[tries % ROLES.length] ?? null);
    }
  }
  expect(operations.map(({ name }) => name).filter((name) => !succeeded.has(name))).toEqual([]);
  expect(Object.fromEntries(faults)).toEqual({});
}, 60_000);
