import { randomUUID } from 'node:crypto';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

/* Behind a trusted proxy, so that there are many addresses. Nobody shuts the door to anybody else, and nobody guesses at will. */

const PASSWORD = 'a password of some length';
const NETWORK_LIMIT = 20;
const USER_LIMIT = 12;
const SESSIONS = 3;
let database: TestDatabase;
let apps: [TestApp, TestApp];
let nobody: readonly [Api, Api];
let admin: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  const environment = {
    TRUST_PROXY: 'loopback',
    SIGN_IN_FAILURE_LIMIT: '10',
    SIGN_IN_USER_FAILURE_LIMIT: String(USER_LIMIT),
    SIGN_IN_ADDRESS_FAILURE_LIMIT: String(NETWORK_LIMIT),
    SESSION_LIMIT: String(SESSIONS),
  };
  apps = [await startApp({ url: database.url, environment }), await startApp({ url: database.url, environment })];
  nobody = [await apps[0].api(null), await apps[1].api(null)];
  admin = await apps[0].api('admin');
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.close();
});
beforeEach(() => asOwner(database, (owner) => owner.query('TRUNCATE sign_in_failure, sign_in_pace')));

let serial = 0;
async function makeUser(): Promise<string> {
  const username = `user-${(serial += 1)}`;
  const made = await admin.post('/users', { username, displayName: '示例', role: 'auditor', password: PASSWORD });
  expect(made.status).toBe(201);
  return username;
}

const login = (username: string, password: string, from: string, by = 0): Promise<Answer<{ accessToken: string }>> =>
  (nobody[by] ?? nobody[0]).post('/auth/login', { username, password }, { headers: { 'x-forwarded-for': from }, key: null });

const tally = (answers: readonly Answer[]): Record<string, number> =>
  answers.reduce<Record<string, number>>((sums, { status }) => ({ ...sums, [status]: (sums[status] ?? 0) + 1 }), {});

test('One address with ever new names is let in at a pace, and hinders nobody else', async () => {
  const username = await makeUser();
  const attack = Promise.all(Array.from({ length: 1_000 }, (_, n) => login(`nobody-${randomUUID()}`, 'x', '203.0.113.7', n % 2)));
  const others = await Promise.all(Array.from({ length: 5 }, (_, n) => login(username, PASSWORD, `198.51.100.${n}`, n % 2)));
  expect(tally(others)).toEqual({ 200: 5 });
  const answers = tally(await attack);
  expect(Object.keys(answers).sort()).toEqual(['401', '429']);
  // What is under way in two processes when the limit is reached is let through, and tells nothing.
  expect(answers[401]).toBeLessThanOrEqual(NETWORK_LIMIT + 80);
  expect((await login(`nobody-${randomUUID()}`, 'x', '203.0.113.7')).status).toBe(429);
});

test('An IPv6 client has its whole network of addresses, and counts as one', async () => {
  for (let n = 0; n < NETWORK_LIMIT; n += 1) await login(`nobody-${randomUUID()}`, 'x', `2001:db8:1:2:${n}::${n + 1}`);
  expect((await login(`nobody-${randomUUID()}`, 'x', '2001:db8:1:2:ffff::1')).status).toBe(429);
  expect((await login(`nobody-${randomUUID()}`, 'x', '2001:db8:1:3::1')).status).toBe(401);
});

test('A name that is guessed from many addresses is let in at a pace; where its user has been before, at once', async () => {
  const username = await makeUser();
  expect((await login(username, PASSWORD, '192.0.2.1')).status).toBe(200);
  const guesses = await Promise.all(Array.from({ length: 200 }, (_, n) => login(username, 'guess', `203.0.113.${n}`, n % 2)));
  expect(Object.keys(tally(guesses)).sort()).toEqual(['401', '429']);
  // One more may be let in; whoever comes right after it waits.
  await login(username, 'guess', '203.0.113.250');
  expect((await login(username, 'guess', '203.0.113.251')).status).toBe(429);
  // The user at the desk of yesterday, in either process; and from a new place in its turn.
  expect((await login(username, PASSWORD, '192.0.2.1', 1)).status).toBe(200);
  const elsewhere = await login(username, PASSWORD, '192.0.2.99');
  expect(elsewhere.status).toBe(429);
  expect(Number(elsewhere.headers.get('retry-after'))).toBeLessThanOrEqual(30);
  await asOwner(database, (owner) =>
    owner.query(
      `UPDATE sign_in_failure SET failed_at = failed_at - interval '30 seconds'; UPDATE sign_in_pace SET next_at = now()`,
    ),
  );
  expect((await login(username, PASSWORD, '192.0.2.99')).status).toBe(200);
});

test('Of guesses that are sent at once to two processes, one is let in each turn', async () => {
  const username = await makeUser();
  for (let n = 0; n < 10; n += 1) expect((await login(username, 'guess', '203.0.113.9')).status).toBe(401);
  for (let round = 0; round < 2; round += 1) {
    let let_in: readonly Answer[] = [];
    await until('there is a turn', async () => {
      const guesses = await Promise.all(Array.from({ length: 12 }, (_, n) => login(username, 'guess', '203.0.113.9', n % 2)));
      let_in = guesses.filter(({ status }) => status !== 429);
      return let_in.length > 0;
    });
    expect(let_in.map(({ status }) => status)).toEqual([401]);
  }
});

test('A user has so many sessions at once: one more ends the oldest, and of many at once none is too many', async () => {
  const username = await makeUser();
  const isAlive = async (token: string): Promise<boolean> =>
    (await nobody[0].request('GET', '/auth/me', { headers: { authorization: `Bearer ${token}` } })).status === 200;
  const tokens: string[] = [];
  for (let n = 0; n <= SESSIONS; n += 1) {
    const { body } = await login(username, PASSWORD, '192.0.2.1');
    tokens.push(body.accessToken);
    expect(await isAlive(body.accessToken)).toBe(true);
  }
  expect(await Promise.all(tokens.map(isAlive))).toEqual([false, true, true, true]);
  await Promise.all(Array.from({ length: 12 }, (_, n) => login(username, PASSWORD, '192.0.2.1', n % 2)));
  const [live] = await database.db.rows(
    `SELECT count(*)::int AS sessions FROM session s JOIN app_user u ON u.id = s.user_id
      WHERE u.username = $1 AND s.ended_at IS NULL AND s.expires_at > now()`,
    [username],
  );
  expect(live).toEqual({ sessions: SESSIONS });
});

test('Neither names nor addresses are kept with a session', async () => {
  const username = await makeUser();
  await login(username, PASSWORD, '192.0.2.77');
  const stored = JSON.stringify(await database.db.rows('SELECT * FROM session'));
  expect(stored).not.toContain('192.0.2.77');
});
