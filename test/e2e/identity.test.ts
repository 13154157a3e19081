import { DEMONSTRATION_USERS, seedDemonstrationUsers } from '../../src/identity/index.js';
import { type Api, signIn, startApp, type TestApp } from '../support/app.js';
import { until } from '../support/until.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let app: TestApp;
let admin: Api;
let nobody: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, environment: { SIGN_IN_FAILURE_LIMIT: '3' } });
  admin = await app.api('admin');
  nobody = await app.api(null);
});

afterAll(async () => {
  await app.close();
  await database.close();
});

interface User {
  readonly id: string;
  readonly username: string;
  readonly version: number;
}

const PASSWORD = 'correct horse battery';
let made = 0;

async function makeUser(more: object = {}): Promise<User> {
  const username = `user${++made}`;
  const { status, body } = await admin.post<User>('/users', {
    username,
    displayName: '某人',
    role: 'auditor',
    password: PASSWORD,
    ...more,
  });
  expect(status).toBe(201);
  return body;
}

const login = (username: string, password: string, headers = {}) =>
  nobody.post<{ accessToken: string }>('/auth/login', { username, password }, { headers });
const patch = (id: string, version: number, body: object) =>
  admin.request<User & { code?: string }>('PATCH', `/users/${id}`, { body, headers: { 'if-match': `"${version}"` } });

describe('sign-in', () => {
  it('opens a session, tells who it is, and closes it', async () => {
    const { status, body } = await login('officer', 'officer');
    expect(status).toBe(200);
    const user = { username: 'officer', displayName: '示範經辦（市經貿委）', role: 'officer', agency: '市經貿委' };
    expect(body).toEqual({ accessToken: expect.any(String), expiresAt: expect.stringMatching(/Z$/), user });
    const officer = await signIn(app.baseUrl, 'officer');
    expect(await officer.get('/auth/me')).toMatchObject({ status: 200, body: user });
    expect((await officer.post('/auth/logout')).status).toBe(204);
    expect((await officer.get('/auth/me')).status).toBe(401);
  });

  it('needs a key to sign out, as every write', async () => {
    const officer = await signIn(app.baseUrl, 'officer');
    expect((await officer.post('/auth/logout', undefined, { key: null })).status).toBe(400);
  });

  it.each(DEMONSTRATION_USERS.map(({ username, role }) => [username, role]))(
    'knows the demonstration’s %s',
    async (username, role) => {
      expect(await login(username, username)).toMatchObject({ status: 200, body: { user: { username, role } } });
    },
  );

  it('never stores a token or a password', async () => {
    const { body } = await login('auditor', 'auditor');
    const stored = JSON.stringify([
      await database.db.rows('SELECT * FROM session'),
      await database.db.rows('SELECT * FROM app_user'),
    ]);
    expect(stored).not.toContain(body.accessToken);
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  it('refuses an unknown user and a wrong password alike', async () => {
    const [unknown, wrong] = [await login('nobody-here', 'x'), await login('finance2', 'x')];
    expect(unknown.status).toBe(401);
    expect({ ...unknown.body, traceId: '' }).toEqual({ ...wrong.body, traceId: '' });
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses a session that is over', async () => {
    const { username } = await makeUser();
    const user = await signIn(app.baseUrl, username, PASSWORD);
    await asOwner(database, (owner) =>
      owner.query(
        `UPDATE session SET expires_at = now() - interval '1 second' WHERE user_id = (SELECT id FROM app_user WHERE username = $1)`,
        [username],
      ),
    );
    expect((await user.get('/auth/me')).status).toBe(401);
  });

  it('lets a user who failed too often from an address in at a pace, and holds nobody else up', async () => {
    const [throttled, other] = [await makeUser(), await makeUser()];
    for (let failure = 0; failure < 3; failure++) expect((await login(throttled.username, 'wrong')).status).toBe(401);
    const answer = await login(throttled.username, 'wrong');
    expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    const retryAfter = Number(answer.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(30);
    // Guessing right before its turn tells nothing; somebody else is not held up, however often.
    expect((await login(throttled.username, PASSWORD)).status).toBe(429);
    const many = await Promise.all(Array.from({ length: 8 }, () => login(other.username, PASSWORD)));
    expect(many.map(({ status }) => status)).toEqual(many.map(() => 200));
    // In its turn the right password is taken: nobody is shut out.
    await until('its turn comes', async () => (await login(throttled.username, PASSWORD)).status === 200, 10_000);
  });

  it('gains nothing from many guesses at once', async () => {
    const { username } = await makeUser();
    const guesses = await Promise.all(Array.from({ length: 30 }, () => login(username, 'wrong')));
    expect(guesses.filter(({ status }) => status === 401).length).toBeLessThan(15);
    expect((await login(username, PASSWORD)).status).toBe(429);
  });
});

describe('users', () => {
  it('are made once per key', async () => {
    const body = { username: 'once', displayName: '一次', role: 'officer', agency: '市金融辦', password: PASSWORD };
    const answers = await Promise.all([1, 2, 3].map(() => admin.post<User>('/users', body, { key: 'the-same' })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(2);
    expect(await admin.post('/users', { ...body, displayName: '二次' }, { key: 'the-same' })).toMatchObject({ status: 422 });
    expect(await admin.post('/users', body)).toMatchObject({ status: 409, body: { code: 'already-exists' } });
    expect(answers[0]?.body).not.toHaveProperty('password');
  });

  it.each([
    [{ username: 'Upper' }, '/username'],
    [{ password: 'short' }, '/password'],
    [{ password: 'x'.repeat(201) }, '/password'],
    [{ role: 'root' }, '/role'],
    [{ role: 'officer' }, '/agency'],
    [{ agency: '市經貿委' }, '/agency'],
    [{ role: 'officer', agency: '經貿委' }, '/agency'],
    [{ role: 'officer', agency: '市' }, '/agency'],
    [{ displayName: '' }, '/displayName'],
    [{ active: true }, '/active'],
    [{ staffNo: '' }, '/staffNo'],
    [{ staffNo: '  ' }, '/staffNo'],
    [{ staffNo: '—' }, '/staffNo'],
    [{ staffNo: 'CZ\u200b1' }, '/staffNo'],
    [{ staffNo: 'x'.repeat(51) }, '/staffNo'],
    [{ staffNo: 7 }, '/staffNo'],
  ])('refuse %j', async (wrong, pointer) => {
    const answer = await admin.post('/users', {
      username: 'wrong',
      displayName: '錯',
      role: 'auditor',
      password: PASSWORD,
      ...wrong,
    });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it.each([
    ['zh-Hant', '例如「市經貿委」'],
    ['zh-Hans', '例如「市经贸委」'],
    ['en', 'begins with the character for city'],
  ])('are told in %s how an agency is written, when made and when changed', async (language, told) => {
    const { id } = await makeUser();
    const headers = { 'accept-language': language };
    const officer = { username: 'wrong', displayName: '錯', role: 'officer', agency: '經貿委', password: PASSWORD };
    for (const answer of [
      await admin.post('/users', officer, { headers }),
      await admin.request('PATCH', `/users/${id}`, {
        body: { role: 'officer', agency: '經貿委' },
        headers: { ...headers, 'if-match': '"1"' },
      }),
    ]) {
      const detail: unknown = expect.stringContaining(told);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/agency', detail }] } });
    }
  });

  it('belong to the agency that leads lines, in whichever script its name is typed', async () => {
    const made = await makeUser({ role: 'officer', agency: '市发展改革委' });
    expect(made).toMatchObject({ agency: '市發展改革委' });
    expect((await patch(made.id, 1, { agency: '市外经贸局' })).body).toMatchObject({ agency: '市外經貿局' });
    // One that nobody has added is nobody's.
    const unknown = await patch(made.id, 2, { agency: '市商务委' });
    expect([unknown.status, unknown.body]).toMatchObject([400, { errors: [{ pointer: '/agency' }] }]);
  });

  it('may have a staff number, which changes and goes', async () => {
    expect(await makeUser()).toMatchObject({ staffNo: null });
    expect(await makeUser({ staffNo: null })).toMatchObject({ staffNo: null });
    const made = await makeUser({ staffNo: 'CZ-0417' });
    expect(made).toMatchObject({ staffNo: 'CZ-0417' });
    // One person may have two accounts, with one number.
    await makeUser({ staffNo: 'CZ-0417' });
    expect((await patch(made.id, 1, { displayName: '改名' })).body).toMatchObject({ staffNo: 'CZ-0417' });
    expect((await patch(made.id, 2, { staffNo: '財政－乙 12' })).body).toMatchObject({ staffNo: '財政－乙 12' });
    expect((await patch(made.id, 3, { staffNo: ' ' })).body).toMatchObject({ errors: [{ pointer: '/staffNo' }] });
    expect((await patch(made.id, 3, { staffNo: null })).body).toMatchObject({ staffNo: null, version: 4 });
    expect((await admin.get(`/users/${made.id}`)).body).toMatchObject({ staffNo: null });
  });

  it('stand anew with another staff number or password', async () => {
    const since = async (id: string): Promise<unknown[]> =>
      database.db.rows('SELECT standing_since FROM app_user WHERE id = $1', [id]);
    const { id } = await makeUser({ staffNo: 'CZ-0418' });
    const made = await since(id);
    // The same again is no change.
    await patch(id, 1, { staffNo: 'CZ-0418' });
    expect(await since(id)).toEqual(made);
    await patch(id, 2, { staffNo: 'CZ-0419' });
    const changed = await since(id);
    expect(changed).not.toEqual(made);
    await patch(id, 3, { password: 'another password' });
    expect(await since(id)).not.toEqual(changed);
  });

  it('are listed newest first, page by page', async () => {
    await makeUser();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { items: User[]; nextCursor: string | null } } = await admin.get(
        `/users?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(seen.length).toBeGreaterThan(6);
  });

  it('are changed at the version that was seen', async () => {
    const { id } = await makeUser();
    const read = await admin.get(`/users/${id}`);
    expect(read.headers.get('etag')).toBe('"1"');
    expect(await admin.request('PATCH', `/users/${id}`, { body: { displayName: '新名' } })).toMatchObject({ status: 428 });
    const changed = await patch(id, 1, { displayName: '新名', role: 'officer', agency: '市經貿委' });
    expect(changed).toMatchObject({
      status: 200,
      body: { displayName: '新名', role: 'officer', agency: '市經貿委', version: 2 },
    });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(await patch(id, 1, { displayName: '舊' })).toMatchObject({ status: 412, body: { code: 'version-conflict' } });
    expect(await patch(id, 2, { role: 'auditor' })).toMatchObject({ status: 200, body: { role: 'auditor', agency: null } });
    expect(await patch('00000000-0000-7000-8000-0000000000ff', 1, { active: false })).toMatchObject({ status: 404 });
  });

  it('are let in or kept out at once', async () => {
    const { id, username } = await makeUser();
    const user = await signIn(app.baseUrl, username, PASSWORD);
    expect((await user.get('/auth/me')).status).toBe(200);
    await patch(id, 1, { active: false });
    expect((await user.get('/auth/me')).status).toBe(401);
    expect((await login(username, PASSWORD)).status).toBe(401);
    await patch(id, 2, { active: true, password: 'another password' });
    expect((await user.get('/auth/me')).status).toBe(401);
    expect((await login(username, 'another password')).status).toBe(200);
  });

  it('get another role at once', async () => {
    const { id, username } = await makeUser();
    const user = await signIn(app.baseUrl, username, PASSWORD);
    expect((await user.get('/users')).status).toBe(403);
    await patch(id, 1, { role: 'admin' });
    expect((await user.get('/users')).status).toBe(200);
    await patch(id, 2, { role: 'auditor' });
  });

  it('always include one active administrator, also when two are taken away at once', async () => {
    const { body } = await admin.get<{ items: User[] }>('/users?limit=200');
    const first = body.items.find(({ username }) => username === 'admin');
    const second = await makeUser({ role: 'admin' });
    const answers = await Promise.all([
      patch(first?.id ?? '', first?.version ?? 0, { role: 'auditor' }),
      patch(second.id, 1, { active: false }),
    ]);
    const kept = answers.filter(({ status }) => status === 409);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.body.code).toBe('last-administrator');
  });
});

describe('in production', () => {
  it('the demonstration’s users cannot sign in', async () => {
    const production = await startApp({ url: database.url, environment: { NODE_ENV: 'production' } });
    await expect(signIn(production.baseUrl, 'finance')).rejects.toThrow('401');
    await production.close();
  });
});
