import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { type Role, ROLES } from '../../src/kernel/index.js';
import { type Api, signIn, startApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

const ALL = 'finance officer auditor admin';

/** Who may call what, written by hand from the contract's table of routes. */
const TABLE: Readonly<Record<string, string>> = {
  'POST /auth/login': 'everybody',
  'POST /auth/logout': ALL,
  'GET /auth/me': ALL,

  'GET /users': 'admin',
  'POST /users': 'admin',
  'GET /users/{id}': 'admin',
  'PATCH /users/{id}': 'admin',

  'GET /funds': ALL,
  'POST /funds': 'finance',
  'GET /funds/{fund}': ALL,
  'GET /funds/{fund}/lines': ALL,
  'POST /funds/{fund}/lines': 'finance',
  'GET /funds/{fund}/lines/{line}': ALL,
  'PATCH /funds/{fund}/lines/{line}': 'finance',
  'GET /funds/{fund}/years': ALL,
  'GET /funds/{fund}/years/{year}': ALL,
  'POST /funds/{fund}/years/{year}/open': 'finance',
  'GET /funds/{fund}/years/{year}/budget-entries': ALL,
  'POST /funds/{fund}/years/{year}/budget-entries': 'finance',

  'GET /awards': ALL,
  'POST /awards': 'officer finance',
  'POST /awards/batch': 'officer finance',
  'GET /awards/{id}': ALL,
  'GET /awards/{id}/history': ALL,
  'POST /awards/{id}/commitments': 'officer finance',
  'POST /awards/{id}/disbursements': 'finance',
  'POST /awards/{id}/releases': 'officer finance',
  'POST /awards/{id}/returns': 'finance',
  'POST /awards/{id}/recovery-demands': 'finance',
  'POST /awards/{id}/recoveries': 'finance',

  'GET /enterprises': ALL,
  'GET /enterprises/{id}': ALL,

  'POST /reconciliation-runs': 'finance auditor',
  'GET /reconciliation-runs': ALL,
  'GET /reconciliation-runs/{id}': ALL,
  'GET /reconciliation-runs/{id}/events': ALL,
  'GET /findings': ALL,
  'GET /findings/{id}': ALL,
  'POST /findings/{id}/resolve': 'finance',

  'GET /reports/{report}': ALL,
  'GET /journal': ALL,
  'GET /journal/{id}': ALL,
};

const EXAMPLES: Readonly<Record<string, string>> = {
  fund: 'gz-ecommerce',
  line: 'demo-enterprise',
  year: '2016',
  report: 'budget-execution',
  id: '00000000-0000-7000-8000-0000000000aa',
};

const SIGN_OUT = 'POST /auth/logout';
const PREFIX = '/api/v1';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

let database: TestDatabase;
let app: TestApp;
let routes: string[];

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  const { body } = await (await app.api(null)).get<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
  routes = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => METHODS.includes(method))
      .map((method) => `${method.toUpperCase()} ${path.replace(PREFIX, '')}`),
  );
});

afterAll(async () => {
  await app.close();
  await database.close();
});

/** What the route answers; a right role's request is refused later, for its empty body or unknown id. */
async function call(api: Api, route: string): Promise<number> {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => EXAMPLES[name] ?? `no-example-of-${name}`);
  const answer = await api.request(method, path, method === 'GET' ? {} : { body: {} });
  return answer.status;
}

it('has a row for every route, and a route for every row', () => {
  expect([...routes].sort()).toEqual(Object.keys(TABLE).sort());
});

it('refuses nobody with 401 everywhere but at the sign-in', async () => {
  const nobody = await app.api(null);
  const refused = new Map<string, number>();
  for (const route of routes) refused.set(route, await call(nobody, route));
  const expected = routes.map((route) => [route, TABLE[route] === 'everybody' ? 400 : 401]);
  expect([...refused]).toEqual(expected);
});

it.each(ROLES)('lets %s in where the contract says so, and refuses it with 403 everywhere else', async (role: Role) => {
  const api = await signIn(app.baseUrl, role);
  // Signing out ends the session, so it comes last.
  const ordered = [...routes.filter((route) => route !== SIGN_OUT), SIGN_OUT];
  const answers: string[] = [];
  const expected: string[] = [];
  for (const route of ordered) {
    const status = await call(api, route);
    const may = TABLE[route] === 'everybody' || (TABLE[route] ?? '').split(' ').includes(role);
    answers.push(`${route}: ${status === 403 ? 'refused' : status === 401 ? 'unknown' : status >= 500 ? 'fault' : 'let in'}`);
    expected.push(`${route}: ${may ? 'let in' : 'refused'}`);
  }
  expect(answers).toEqual(expected);
});
