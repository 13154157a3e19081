import { randomUUID } from 'node:crypto';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { AuditEventDto, AuditEventPageDto } from '../../src/audit/audit-event.dto.js';
import { recordEvents, recordRefusal } from '../../src/audit/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { SYSTEM_ACTOR } from '../../src/kernel/index.js';
import { sha256 } from '../../src/platform/digest.js';
import { signIn, startApp, type Api, type TestApp } from '../support/app.js';
import { askSecondPerson } from '../support/approvals.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

/* Who did what, sign-ins and refusals included (api.md, GET /audit-events). */

const BUDGET = '/funds/gz-ecommerce/years/2016/budget-entries';
const NAME_LIMIT = 5;
let database: TestDatabase;
let app: TestApp;
let finance: Api;
let finance2: Api;
let auditor: Api;
let admin: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  await askSecondPerson(database);
  app = await startApp({
    url: database.url,
    environment: { TRUST_PROXY: 'loopback', SIGN_IN_FAILURE_LIMIT: String(NAME_LIMIT), SIGN_IN_ADDRESS_FAILURE_LIMIT: '20' },
  });
  [finance, finance2, auditor, admin] = await Promise.all([
    app.api('finance'),
    app.api('finance2'),
    app.api('auditor'),
    app.api('admin'),
  ]);
});
afterAll(async () => {
  await app.close();
  await database.close();
});

async function events(query: string, api = auditor): Promise<AuditEventDto[]> {
  const answer = await api.get<AuditEventPageDto>(`/audit-events?${query}`);
  expect(answer.status).toBe(200);
  return answer.body.items;
}

async function ask(reason = '年度預算'): Promise<ApprovalDto> {
  const body = { kind: 'appropriation', amount: '100.00', reason, documentNo: randomUUID(), effectiveOn: '2016-01-05' };
  const asked = await finance.post<ApprovalDto>(BUDGET, body);
  expect(asked.status).toBe(202);
  return asked.body;
}

const decide = (api: Api, { id }: ApprovalDto, decision: string, body: object) =>
  api.post<ApprovalDto>(`/approvals/${id}/${decision}`, body);

const login = (username: string, password: string, from: string) =>
  app
    .api(null)
    .then((api) => api.post<object>('/auth/login', { username, password }, { headers: { 'x-forwarded-for': from }, key: null }));

describe('Of an approval', () => {
  test('it is told who asked, who decided, when, why and from which preview', async () => {
    const asked = await ask('追加專項');
    const { hash } = asked.preview;
    const done = await decide(finance2, asked, 'approve', { previewHash: hash, reason: '與文件相符' });
    expect(done.status).toBe(200);
    const [approved, requested, ...more] = await events(`subject=${asked.id.toUpperCase()}`);
    expect(more).toEqual([]);
    const common = {
      outcome: 'done',
      fund: 'gz-ecommerce',
      subject: { kind: 'approval', id: asked.id },
      previewHash: hash,
      code: null,
    };
    expect(requested).toEqual({
      ...common,
      id: expect.any(String),
      at: expect.any(String),
      action: 'approval-requested',
      actor: 'finance',
      reason: '追加專項',
      details: { kind: 'appropriation', fiscalYear: 2016, amount: '100.00' },
    });
    expect(approved).toMatchObject({ ...common, action: 'approval-approved', actor: 'finance2', reason: '與文件相符' });
    expect(Date.parse(approved?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(done.body.decidedAt ?? ''));
  });

  test('what is sent again is told once', async () => {
    const asked = await ask();
    const key = randomUUID();
    const body = { previewHash: asked.preview.hash };
    for (let n = 0; n < 2; n += 1)
      expect((await finance2.post(`/approvals/${asked.id}/approve`, body, { key })).status).toBe(200);
    expect((await events(`subject=${asked.id}`)).map(({ action }) => action)).toEqual([
      'approval-approved',
      'approval-requested',
    ]);
  });

  test('many that are decided at once are each told of', async () => {
    const asked = await Promise.all([ask(), ask(), ask()]);
    const items = asked.map(({ id, preview }) => ({ id, previewHash: preview.hash }));
    const answer = await finance2.post<{ accepted: number }>('/approvals/decisions', { decision: 'approve', items });
    const told = await Promise.all(asked.map(({ id }) => events(`subject=${id}&action=approval-approved`)));
    // What was decided with others may do something else than was seen: that is told as well.
    expect(told.flat()).toHaveLength(answer.body.accepted);
    expect(answer.body.accepted).toBeGreaterThan(0);
  });

  test('one who agrees before others, one who rejects and one who withdraws are told', async () => {
    const third = await financeUser();
    await askSecondPerson(database, [{ kind: 'appropriation', steps: 2 }]);
    const asked = await ask();
    const seen = { previewHash: asked.preview.hash };
    expect((await decide(finance2, asked, 'approve', seen)).body.status).toBe('pending');
    expect((await decide(third.api, asked, 'approve', seen)).body.status).toBe('approved');
    await askSecondPerson(database);
    expect(await events(`subject=${asked.id}&outcome=done`)).toMatchObject([
      { action: 'approval-approved', actor: third.username, previewHash: seen.previewHash },
      { action: 'approval-agreed', actor: 'finance2', previewHash: seen.previewHash },
      { action: 'approval-requested', actor: 'finance' },
    ]);
    const rejected = await ask();
    await decide(finance2, rejected, 'reject', { reason: '文件不符' });
    const withdrawn = await ask();
    await decide(finance, withdrawn, 'withdraw', {});
    const [first] = await events(`subject=${rejected.id}`);
    expect(first).toMatchObject({ action: 'approval-rejected', actor: 'finance2', reason: '文件不符' });
    const [second] = await events(`subject=${withdrawn.id}`);
    expect(second).toMatchObject({ action: 'approval-withdrawn', actor: 'finance', reason: null });
  });

  test('who may not decide, not any more, or not as it was seen, is told with why', async () => {
    const asked = await ask();
    const seen = { previewHash: asked.preview.hash, reason: '同意' };
    // The same again within a minute is told once.
    for (let n = 0; n < 3; n += 1) await decide(finance, asked, 'approve', seen);
    await decide(finance, asked, 'reject', { reason: '重來' });
    await decide(finance2, asked, 'approve', { previewHash: 'f'.repeat(64) });
    await decide(finance2, asked, 'withdraw', {});
    await decide(finance2, asked, 'approve', seen);
    await decide(finance2, asked, 'approve', seen);
    const told = await events(`subject=${asked.id}&outcome=refused`);
    expect(told.map(({ action, actor, code, details }) => [action, actor, code, details?.decision])).toEqual([
      ['decision-refused', 'finance2', 'already-decided', 'approve'],
      ['decision-refused', 'finance2', 'forbidden', 'withdraw'],
      ['decision-refused', 'finance2', 'approval-stale', 'approve'],
      ['decision-refused', 'finance', 'self-approval', 'reject'],
      ['decision-refused', 'finance', 'self-approval', 'approve'],
    ]);
    expect(told.at(-1)).toMatchObject({ reason: '同意', previewHash: asked.preview.hash, fund: 'gz-ecommerce' });
    const withdrawn = await ask();
    await decide(finance, withdrawn, 'withdraw', {});
    await decide(finance2, withdrawn, 'approve', { previewHash: withdrawn.preview.hash });
    expect(await events(`subject=${withdrawn.id}&outcome=refused`)).toMatchObject([{ code: 'approval-withdrawn' }]);
  });

  test('a change of the policy of approvals is told with its maker and the approval', async () => {
    const policy = { rules: [{ kind: 'disbursement', from: '0.00', steps: 1 }], expiresAfterDays: 20, reason: '簡化' };
    const { body: asked } = await finance.post<ApprovalDto>('/funds/gz-ecommerce/approval-policy', policy);
    const before = await events('action=approval-policy-changed');
    expect(before).toEqual([]);
    const done = await decide(finance2, asked, 'approve', { previewHash: asked.preview.hash });
    expect(done.status).toBe(200);
    await askSecondPerson(database);
    expect(await events('action=approval-policy-changed')).toMatchObject([
      {
        actor: 'finance',
        reason: '簡化',
        fund: 'gz-ecommerce',
        subject: { kind: 'approval-policy' },
        details: { approval: asked.id },
      },
    ]);
    expect((await events(`subject=${asked.id}&outcome=done`)).map(({ action }) => action)).toEqual([
      'approval-approved',
      'approval-requested',
    ]);
  });
});

describe('Of users', () => {
  test('a sign-in, a sign-out and a refused sign-in are told, and neither the password nor the address', async () => {
    const { username, password } = await financeUser();
    expect((await login(username, 'wrong password', '203.0.113.5')).status).toBe(401);
    const api = await signIn(app.baseUrl, username, password);
    await api.post('/auth/logout');
    const told = await events(`actor=${username}`);
    expect(told).toMatchObject([
      { action: 'signed-out', outcome: 'done' },
      { action: 'signed-in', outcome: 'done', details: { network: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { action: 'sign-in-refused', outcome: 'refused', code: 'unauthenticated' },
      // financeUser has signed in as well.
      { action: 'signed-in' },
    ]);
    expect(JSON.stringify(await database.db.rows('SELECT * FROM audit_event'))).not.toMatch(/wrong password|203\.0\.113\.5/);
  });

  test('what can be no username may be a password, and is not kept', async () => {
    await login('Correct Horse Battery', 'finance', '203.0.113.6');
    const [told] = await events('action=sign-in-refused');
    expect(told).toMatchObject({ actor: null, code: 'unauthenticated' });
    expect(JSON.stringify(await database.db.rows('SELECT * FROM audit_event'))).not.toContain('Horse');
  });

  test('a name that is nobody’s may be a password, and is kept neither as it is nor as a digest that can be guessed at', async () => {
    const typed = `sunshine${randomUUID().slice(0, 4)}`;
    const refused = await login(typed, 'finance', '203.0.113.8');
    const [told] = await events('action=sign-in-refused');
    expect(told).toMatchObject({ actor: null, code: 'unauthenticated' });
    // Somebody's is kept, and answered alike.
    const ofAuditor = await login('auditor', 'wrong password', '203.0.113.8');
    expect((await events('action=sign-in-refused'))[0]).toMatchObject({ actor: 'auditor', code: 'unauthenticated' });
    expect(refused).toMatchObject({ status: ofAuditor.status, body: { ...ofAuditor.body, traceId: expect.any(String) } });
    const stored = JSON.stringify(await database.db.rows('SELECT * FROM audit_event'));
    expect(stored).not.toContain(typed);
    const alike = ['sign-in-refused', 'unauthenticated', told?.details?.network, typed];
    for (const guess of [typed, `name ${typed}`, JSON.stringify(alike)]) expect(stored).not.toContain(sha256(guess));
  });

  test('two names that are nobody’s are told of one by one, as two users’ are', async () => {
    const before = (await events('action=sign-in-refused&limit=200')).length;
    for (const name of ['nobody-here', 'nobody-there', 'nobody-there']) await login(name, 'x', '203.0.113.9');
    const told = (await events('action=sign-in-refused&limit=200')).slice(0, -before);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.map(({ actor }) => actor)).toEqual(told.map(() => null));
  });

  test('A flood of failed sign-ins is told once a minute: by name and network, and what has to wait by network alone', async () => {
    await Promise.all(Array.from({ length: 20 }, () => login('officer', 'guess', '203.0.113.7')));
    await Promise.all(Array.from({ length: 60 }, () => login(`nobody-${randomUUID().slice(0, 8)}`, 'x', '203.0.113.7')));
    const told = await events('action=sign-in-refused&limit=200');
    const ofName = told.filter(({ actor, code }) => actor === 'officer' && code === 'unauthenticated');
    expect(ofName.length).toBeGreaterThan(0);
    // A minute may end between two of them.
    expect(ofName.length).toBeLessThanOrEqual(2);
    const throttled = told.filter(({ code }) => code === 'too-many-requests');
    expect(throttled.length).toBeGreaterThan(0);
    expect(throttled.length).toBeLessThanOrEqual(2);
  });

  test('who makes and changes a user is told with which fields, never with a password or its hash', async () => {
    const { id, username, password } = await financeUser();
    const change = { displayName: '示範人員', active: false, password: 'another secret password' };
    const changed = await admin.request('PATCH', `/users/${id}`, { body: change, headers: { 'if-match': '"1"' } });
    expect(changed.status).toBe(200);
    const told = await events(`subject=${id}`, admin);
    expect(told).toMatchObject([
      {
        action: 'user-changed',
        actor: 'admin',
        details: { username, role: 'finance', active: false, fields: ['displayName', 'active', 'password'] },
      },
      { action: 'user-made', actor: 'admin', details: { username, role: 'finance', active: true } },
    ]);
    const stored = JSON.stringify(await database.db.rows('SELECT * FROM audit_event'));
    for (const secret of [password, change.password, '$argon2']) expect(stored).not.toContain(secret);
  });
});

describe('The list', () => {
  test('is read by auditors and administrators, and by nobody else', async () => {
    for (const name of ['finance', 'officer']) {
      expect(await (await app.api(name)).get('/audit-events')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect((await events('limit=1', admin)).length).toBe(1);
  });

  test('is paged newest first, by a cursor that is bound to its filters', async () => {
    const all = await events('fund=gz-ecommerce&limit=200');
    const pages: AuditEventDto[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await auditor.get<AuditEventPageDto>(`/audit-events?fund=gz-ecommerce&limit=7${more}`);
      pages.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(pages).toEqual(all);
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    const { body } = await auditor.get<AuditEventPageDto>('/audit-events?limit=1');
    expect((await auditor.get(`/audit-events?limit=1&outcome=done&cursor=${body.nextCursor}`)).status).toBe(400);
  });

  test('is narrowed by instants and days, the last one included', async () => {
    const [last] = await events('limit=1');
    const at = last?.at ?? '';
    expect((await events(`from=${at}&to=${at}`)).map(({ id }) => id)).toContain(last?.id);
    const before = new Date(Date.parse(at) - 1).toISOString();
    expect((await events(`to=${before}&limit=200`)).map(({ id }) => id)).not.toContain(last?.id);
    // A day is one of Asia/Shanghai.
    const day = new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10);
    expect((await events(`from=${day}&to=${day}`)).map(({ id }) => id)).toContain(last?.id);
    expect(await events('to=2016-12-31')).toEqual([]);
    for (const wrong of ['from=2016-02-30', 'to=yesterday', 'action=unknown', 'outcome=x', 'fund=X', 'limit=0']) {
      expect([wrong, (await auditor.get(`/audit-events?${wrong}`)).status]).toEqual([wrong, 400]);
    }
  });
});

describe('An audit event stays', () => {
  test.each(["UPDATE audit_event SET reason = 'x'", 'DELETE FROM audit_event', 'TRUNCATE audit_event'])(
    '%s is refused to the run-time role for want of the right, and to the owner by a trigger',
    async (attempt) => {
      await expect(database.db.rows(attempt)).rejects.toMatchObject({ code: '42501' });
      await asOwner(database, (owner) => expect(owner.query(attempt)).rejects.toMatchObject({ code: 'FL001' }));
    },
  );

  test('at the instant of the database, whatever is said', async () => {
    const [row] = await database.db.rows<{ late: boolean }>(
      `INSERT INTO audit_event (id, at, action, outcome, code) VALUES (gen_random_uuid(), '2016-01-01', 'sign-in-refused', 'refused', 'x')
       RETURNING at > now() - interval '1 minute' AS late`,
    );
    expect(row).toEqual({ late: true });
  });

  test('and is there only with what it tells', async () => {
    const subject = { kind: 'user', id: randomUUID() } as const;
    const work = database.db.transaction(async (tx) => {
      await recordEvents(tx, [{ action: 'user-made', by: SYSTEM_ACTOR, subject }]);
      throw new Error('taken back');
    });
    await expect(work).rejects.toThrow('taken back');
    expect(await events(`subject=${subject.id}`)).toEqual([]);
  });

  test('A refusal that can’t be recorded is answered all the same', async () => {
    const by = { id: null, username: 'x'.repeat(64) };
    await recordRefusal(database.db, { action: 'sign-in-refused', by, code: 'unauthenticated', alike: [randomUUID()] });
    expect(await events(`action=sign-in-refused&actor=${'x'.repeat(63)}`)).toEqual([]);
  });
});

let serial = 0;
/** One more user of finance, who has signed in. */
async function financeUser(): Promise<{ id: string; username: string; password: string; api: Api }> {
  const username = `checker-${(serial += 1)}`;
  const password = `a secret of ${username}`;
  const person = { username, displayName: `示範覆核${serial}`, role: 'finance', password };
  const made = await admin.post<{ id: string }>('/users', person);
  expect(made.status).toBe(201);
  return { id: made.body.id, username, password, api: await signIn(app.baseUrl, username, password) };
}
