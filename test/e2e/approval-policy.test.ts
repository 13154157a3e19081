import type { ApprovalDto } from '../../src/approvals/index.js';
import { seedApprovalPolicy } from '../../src/approvals/index.js';
import type { ApprovalPolicyDto, ApprovalPolicyPageDto } from '../../src/approvals/policy/policy.dto.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { FUND } from '../support/ledger.js';

/* For what a fund asks a second person, over HTTP (domain §3, Approvals). */

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly steps?: number;
  readonly errors?: readonly { readonly pointer: string; readonly allowed?: readonly string[] }[];
}
type Answered = ApprovalPolicyDto & Refusal;

let database: TestDatabase;
let app: TestApp;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const policy = (more: object = {}) => ({
  rules: [
    { kind: 'disbursement', from: '1000000', steps: 2 },
    { kind: 'disbursement', from: '0.00', steps: 1 },
  ],
  expiresAfterDays: 30,
  reason: '示例辦法',
  ...more,
});
const at = (fund: string): string => `/funds/${fund}/approval-policy`;
let made = 0;
/** A fund of its own, without a policy. */
async function newFund(): Promise<string> {
  made += 1;
  const code = `fund-${made}`;
  const { status } = await finance.post('/funds', {
    code,
    name: '示例',
    annualAmount: '1000.00',
    firstYear: 2016,
    lastYear: 2016,
  });
  expect(status).toBe(201);
  return code;
}
const pointers = ({ errors = [] }: Refusal): string[] => errors.map(({ pointer }) => pointer);

test('A fund without a policy takes its first from one finance user, and everybody may read it', async () => {
  const fund = await newFund();
  expect((await finance.get<ApprovalPolicyPageDto>(at(fund))).body).toEqual({ items: [], nextCursor: null });
  const stored = await finance.post<Answered>(at(fund), policy());
  expect(stored.status).toBe(201);
  expect(stored.body).toEqual({
    number: 1,
    rules: [
      { kind: 'disbursement', from: '0.00', steps: 1 },
      { kind: 'disbursement', from: '1000000.00', steps: 2 },
    ],
    expiresAfterDays: 30,
    reason: '示例辦法',
    changedBy: 'finance',
    checkedBy: [],
    changedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
  });
  for (const role of ['finance2', 'officer', 'auditor', 'admin']) {
    const { body } = await (await app.api(role)).get<ApprovalPolicyPageDto>(at(fund));
    expect([role, body.items]).toEqual([role, [stored.body]]);
  }
});

test.each(['officer', 'auditor', 'admin'])('%s changes no policy', async (role) => {
  const { status, body } = await (await app.api(role)).post<Refusal>(at(FUND), policy());
  expect([status, body.code]).toEqual([403, 'forbidden']);
});

test('A second change needs a second person, whatever it says of its own kind; one that asks for nothing does not', async () => {
  const fund = await newFund();
  expect((await finance.post<Answered>(at(fund), policy({ rules: [] }))).body.number).toBe(1);
  expect((await finance.post<Answered>(at(fund), policy())).body.number).toBe(2);
  const finance2 = await app.api('finance2');
  const { status, body: asked } = await finance2.post<ApprovalDto>(at(fund), policy({ rules: [] }));
  expect([status, asked.status, asked.kind, asked.mayDecide]).toEqual([202, 'pending', 'approval-policy', ['finance']]);
  expect(asked.preview.change).toMatchObject({
    before: { rules: [{ from: '0.00' }, { from: '1000000.00' }] },
    after: { rules: [] },
  });
  const numbers = async () => (await finance.get<ApprovalPolicyPageDto>(at(fund))).body.items.map(({ number }) => number);
  expect(await numbers()).toEqual([2, 1]);
  const seen = { previewHash: asked.preview.hash };
  expect((await finance2.post<Refusal>(`/approvals/${asked.id}/approve`, seen)).body.code).toBe('self-approval');
  const done = await finance.post<ApprovalDto>(`/approvals/${asked.id}/approve`, seen);
  expect(done.body).toMatchObject({ status: 'approved', result: { number: 3, changedBy: 'finance2', checkedBy: ['finance'] } });
  expect(await numbers()).toEqual([3, 2, 1]);
});

test('The policy of the seed is the product’s own, and is changed by one person no more', async () => {
  await seedApprovalPolicy(database.db);
  const { body } = await finance.get<ApprovalPolicyPageDto>(at(FUND));
  expect(body.items).toMatchObject([{ number: 1, changedBy: 'system', checkedBy: [], expiresAfterDays: 30 }]);
  expect((await finance.post<ApprovalDto>(at(FUND), policy())).status).toBe(202);
});

test('The same request again is answered as the first, and stores nothing', async () => {
  const fund = await newFund();
  const first = await finance.post<Answered>(at(fund), policy(), { key: 'policy-1' });
  const again = await finance.post<Answered>(at(fund), policy(), { key: 'policy-1' });
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
});

test('Versions are read page by page, the one in force first', async () => {
  const fund = await newFund();
  for (const days of [1, 2, 3]) await finance.post(at(fund), policy({ rules: [], expiresAfterDays: days }));
  const first = (await finance.get<ApprovalPolicyPageDto>(`${at(fund)}?limit=2`)).body;
  expect(first.items.map(({ number }) => number)).toEqual([3, 2]);
  const cursor = first.nextCursor ?? '';
  const rest = (await finance.get<ApprovalPolicyPageDto>(`${at(fund)}?limit=2&cursor=${cursor}`)).body;
  expect([rest.items.map(({ number }) => number), rest.nextCursor]).toEqual([[1], null]);
  const elsewhere = await finance.get<Refusal>(`${at(FUND)}?limit=2&cursor=${cursor}`);
  expect([elsewhere.status, pointers(elsewhere.body)]).toEqual([400, ['/query/cursor']]);
});

const one = (more: object) => ({ rules: [{ kind: 'lapse', from: '0.00', steps: 1, ...more }] });

test.each<[string, object, string[]]>([
  ['an unknown kind', one({ kind: 'wish' }), ['/rules/0/kind']],
  ['no kind', one({ kind: undefined }), ['/rules/0/kind']],
  ['an amount that is a number', one({ from: 0 }), ['/rules/0/from']],
  ['an amount below zero', one({ from: '-1.00' }), ['/rules/0/from']],
  ['no steps', one({ steps: 0 }), ['/rules/0/steps']],
  ['four steps', one({ steps: 4 }), ['/rules/0/steps']],
  ['no days', { expiresAfterDays: 0 }, ['/expiresAfterDays']],
  ['more days than a year has', { expiresAfterDays: 366 }, ['/expiresAfterDays']],
  ['a reason that does not show', { reason: ' ' }, ['/reason']],
  ['more rules than there can be', { rules: Array.from({ length: 67 }, () => one({}).rules[0]) }, ['/rules']],
  [
    'the same threshold twice',
    { rules: [...one({ from: '1' }).rules, ...one({ from: '1.00', steps: 2 }).rules] },
    ['/rules/1/from'],
  ],
  [
    'fewer people for more money',
    { rules: [...one({ steps: 2 }).rules, ...one({ from: '1.00', steps: 1 }).rules] },
    ['/rules/1/steps'],
  ],
  ['a fourth threshold', { rules: ['0', '1', '2', '3'].flatMap((from) => one({ from }).rules) }, ['/rules/3']],
])('A policy with %s is refused at its place', async (_, more, places) => {
  const { status, body } = await finance.post<Refusal>(at(FUND), policy(more));
  expect([status, body.code, pointers(body)]).toEqual([400, 'validation-failed', places]);
});

test('Nobody’s fund has no policy', async () => {
  expect((await finance.get<Refusal>(at('nowhere'))).body.code).toBe('not-found');
  expect((await finance.post<Refusal>(at('nowhere'), policy())).body.code).toBe('not-found');
  expect((await finance.get<Refusal>(at('No-Code'))).status).toBe(400);
});
