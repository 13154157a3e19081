import { hash } from 'node:crypto';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { type Role, ROLES } from '../../src/kernel/index.js';
import { type Api, signIn, startApp, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

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
  'GET /funds/{fund}/lines/{line}/rules': ALL,
  'PATCH /enterprises/{id}': 'finance officer',
  'POST /enterprises/{id}/merge': 'finance',
  'POST /enterprises/{id}/unmerge': 'finance',
  'GET /funds/{fund}/highest-of-three': ALL,
  'POST /funds/{fund}/highest-of-three': 'finance',
  'GET /funds/{fund}/approval-policy': ALL,
  'POST /funds/{fund}/approval-policy': 'finance',
  'GET /external-awards': ALL,
  'GET /external-awards/{id}': ALL,
  'POST /external-awards': 'finance',
  'PATCH /external-awards/{id}': 'finance',
  'GET /agencies': ALL,
  'GET /agencies/{code}': ALL,
  'POST /agencies': 'admin',
  'PATCH /agencies/{code}': 'admin',
  'PATCH /funds/{fund}/lines/{line}': 'finance',
  'GET /funds/{fund}/years': ALL,
  'GET /funds/{fund}/years/{year}': ALL,
  'POST /funds/{fund}/years/{year}/open': 'finance',
  'GET /funds/{fund}/years/{year}/budget-entries': ALL,
  'POST /funds/{fund}/years/{year}/budget-entries': 'finance',

  'GET /approvals': ALL,
  'GET /approvals/{id}': ALL,
  'POST /approvals/{id}/approve': 'finance',
  'POST /approvals/{id}/reject': 'finance',
  'POST /approvals/{id}/withdraw': 'officer finance',
  'POST /approvals/decisions': 'finance',

  'GET /awards': ALL,
  'POST /awards': 'officer finance',
  'POST /awards/batch': 'officer finance',
  'GET /awards/{id}': ALL,
  'GET /awards/{id}/history': ALL,
  'GET /payments': ALL,
  'GET /search': ALL,
  'POST /awards/{id}/publicity': 'officer finance',
  'POST /awards/{id}/commitments': 'officer finance',
  'POST /awards/{id}/disbursements': 'officer finance',
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
  'GET /audit-events': 'auditor admin',
  'GET /worklists': ALL,
  'GET /journal': ALL,
  'GET /journal/{id}': ALL,
};

const EXAMPLES: Readonly<Record<string, string>> = {
  fund: 'gz-ecommerce',
  line: 'demo-enterprise',
  year: '2016',
  report: 'budget-execution',
  code: '%E5%B8%82%E7%B6%93%E8%B2%BF%E5%A7%94',
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
  routes = Object.entries(body.paths)
    .filter(([path]) => path.startsWith(PREFIX))
    .flatMap(([path, methods]) =>
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

/** Tokens that open nothing any more. */
const ENDED: readonly [string, (api: Api) => Promise<unknown>][] = [
  ['signed out', (api) => api.post('/auth/logout')],
  [
    'expired',
    ({ token }) =>
      asOwner(database, (owner) =>
        owner.query('UPDATE session SET expires_at = now() WHERE token_hash = $1', [hash('sha256', token ?? '', 'hex')]),
      ),
  ],
  [
    'of a user who was deactivated',
    async () => {
      const admin = await signIn(app.baseUrl, 'admin');
      const { body } = await admin.get<{ items: { id: string; username: string; version: number }[] }>('/users?limit=200');
      const { id, version } = body.items.find(({ username }) => username === 'finance2') ?? { id: '', version: 0 };
      await admin.request('PATCH', `/users/${id}`, { body: { active: false }, headers: { 'if-match': `"${version}"` } });
    },
  ],
];

it.each(ENDED)('lets a token that is %s in nowhere', async (_, end) => {
  const api = await signIn(app.baseUrl, 'finance2');
  await end(api);
  await until('the token is believed no longer', async () => (await api.get('/auth/me')).status === 401);
  const answers = new Map<string, number>();
  for (const route of routes) answers.set(route, await call(api, route));
  expect([...answers]).toEqual(routes.map((route) => [route, TABLE[route] === 'everybody' ? 400 : 401]));
});

it('shows an officer nothing of an award whose line another agency leads', async () => {
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('10000.00'));
  const finance = await app.api('finance');
  const made = await finance.post<{ id: string }>('/awards', awardRequest({ amount: '10.00' }));
  const stranger = await signIn(app.baseUrl, 'officer2');
  const [entry] = (await finance.get<{ items: { id: string }[] }>(`/journal?award=${made.body.id}`)).body.items;
  const id = { award: made.body.id, journal: entry?.id ?? '' };
  const effectiveOn = '2016-06-01';
  const steps: Readonly<Record<string, unknown>> = {
    'POST /awards/{id}/publicity': { from: '2016-03-02', to: '2016-03-08', reference: '示例公示' },
    'GET /awards/{id}': undefined,
    'GET /awards/{id}/history': undefined,
    'GET /journal/{id}': undefined,
    'POST /awards/{id}/commitments': { documentNo: 'x', effectiveOn },
    'POST /awards/{id}/disbursements': { amount: '1.00', paymentRef: 'x', effectiveOn },
    'POST /awards/{id}/releases': { from: 'reserved', reason: 'x', effectiveOn },
  };
  // Every route of one award or entry that an officer may call is tried.
  const ofOne = routes.filter((route) => / \/(awards|journal)\/\{id\}/.test(route) && (TABLE[route] ?? '').includes('officer'));
  expect(Object.keys(steps).sort()).toEqual(ofOne.sort());
  for (const [route, body] of Object.entries(steps)) {
    const [method = '', template = ''] = route.split(' ');
    const path = template.replace('{id}', template.startsWith('/journal') ? id.journal : id.award);
    const answer = await stranger.request<{ code: string }>(method, path, body === undefined ? {} : { body });
    expect([route, answer.status, answer.body.code]).toEqual([route, 404, 'not-found']);
  }
  for (const list of ['/awards', '/findings', `/journal?award=${made.body.id}`]) {
    expect([list, (await stranger.get<{ items: unknown[] }>(list)).body.items]).toEqual([list, []]);
  }
  expect((await stranger.post<{ code: string }>('/awards', awardRequest())).body.code).toBe('forbidden');
});
