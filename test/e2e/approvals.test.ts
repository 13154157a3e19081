import type { ApprovalDto } from '../../src/approvals/index.js';
import type { ApprovalPageDto } from '../../src/approvals/approval.dto.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { askSecondPerson } from '../support/approvals.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';

/*
 * Nothing moves on one person's word (domain §3, Approvals): what finance books waits for another of finance, an officer's payment for one.
 */

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly preview?: ApprovalDto['preview'];
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let finance2: Api;
let officer: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  await askSecondPerson(database);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  finance2 = await app.api('finance2');
  officer = await app.api('officer');
  await agreed(finance, '/funds/gz-ecommerce/years/2016/budget-entries', entry('appropriation', '10000000.00'));
  await agreed(finance, '/funds/gz-ecommerce/years/2016/budget-entries', {
    ...entry('allotment', '5000000.00'),
    line: 'manufacturing-app',
  });
});
afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));
afterAll(async () => {
  await app.close();
  await database.close();
});

function entry(kind: string, amount: string): Record<string, unknown> {
  return { kind, amount, reason: '年度預算', documentNo: `穗財預〔2016〕${kind}號`, effectiveOn: '2016-01-05' };
}

/** Asks for it, and has another of finance agree. */
async function agreed<T = unknown>(api: Api, path: string, body: object): Promise<{ approval: ApprovalDto; result: T }> {
  const asked = await api.post<ApprovalDto>(path, body);
  expect({ status: asked.status, body: asked.body }).toMatchObject({ status: 202, body: { status: 'pending' } });
  const { id, preview } = asked.body;
  const done = await finance2.post<ApprovalDto>(`/approvals/${id}/approve`, { previewHash: preview.hash });
  expect({ status: done.status, body: done.body }).toMatchObject({ status: 200, body: { status: 'approved' } });
  return { approval: done.body, result: done.body.result as T };
}

/** An award of 100.00 that is committed. */
async function committed(more: Record<string, unknown> = {}): Promise<AwardDto> {
  const { body } = await officer.post<AwardDto>('/awards', awardRequest({ amount: '100.00', ...more }));
  const answer = await officer.post<AwardDto>(`/awards/${body.id}/commitments`, {
    documentNo: '協議',
    effectiveOn: '2016-05-01',
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

const payment = (more: object = {}): object => ({
  amount: '100.00',
  paymentRef: `ZF-${(serial += 1)}`,
  effectiveOn: '2016-05-04',
  ...more,
});
let serial = 0;

test('An officer asks for a payment, one of finance agrees, and it is posted in the officer’s name', async () => {
  const award = await committed();
  const asked = await officer.post<ApprovalDto>(
    `/awards/${award.id}/disbursements`,
    payment({ payee: { name: '廣州示例收款有限公司', bankAccount: '6222000097531864', bank: '中國示例銀行' } }),
  );
  expect(asked.status).toBe(202);
  expect(asked.body).toMatchObject({
    kind: 'disbursement',
    status: 'pending',
    amount: '100.00',
    requestedBy: 'officer',
    steps: { needed: 1, given: 0 },
    mayDecide: ['finance', 'finance2'],
    request: { award: { id: award.id }, payee: { bankAccount: '****1864' } },
    preview: {
      entries: [{ kind: 'disburse', amount: '100.00', effectiveOn: '2016-05-04', dated: 'stated' }],
      balances: [
        { account: '4801', before: '100.00', after: '0.00' },
        { account: '4902', before: '0.00', after: '100.00' },
      ],
    },
  });
  expect(JSON.stringify(asked.body)).not.toContain('6222000097531864');
  // Nothing is posted while it waits.
  expect((await officer.get<AwardDto>(`/awards/${award.id}`)).body.amounts.disbursed).toBe('0.00');
  const waiting = await finance.get<ApprovalPageDto>('/approvals?waitingFor=me');
  expect(waiting.body.items.map(({ id }) => id)).toContain(asked.body.id);
  const done = await finance.post<ApprovalDto>(`/approvals/${asked.body.id}/approve`, { previewHash: asked.body.preview.hash });
  expect(done.body).toMatchObject({
    status: 'approved',
    decidedBy: 'finance',
    result: { id: award.id, amounts: { disbursed: '100.00' }, status: 'disbursed' },
  });
});

test('The maker, an officer and the same person twice decide nothing', async () => {
  const award = await committed();
  const { body: asked } = await finance.post<ApprovalDto>(`/awards/${award.id}/disbursements`, payment());
  const approve = (api: Api) => api.post<Refusal>(`/approvals/${asked.id}/approve`, { previewHash: asked.preview.hash });
  expect(await approve(finance)).toMatchObject({ status: 403, body: { code: 'self-approval' } });
  expect(await approve(officer)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect((await approve(finance2)).status).toBe(200);
  expect(await approve(finance2)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
});

test('Who pays in parts does not stay below a threshold', async () => {
  await askSecondPerson(database, [
    { kind: 'disbursement', fromFen: 6_000n, steps: 1 },
    { kind: 'disbursement', fromFen: 9_000n, steps: 2 },
  ]);
  try {
    const award = await committed();
    const pay = (amount: string) => finance.post<ApprovalDto>(`/awards/${award.id}/disbursements`, payment({ amount }));
    expect((await pay('40.00')).status).toBe(201);
    const second = await pay('30.00');
    expect([second.status, second.body.steps.needed]).toEqual([202, 1]);
    const { previewHash } = { previewHash: second.body.preview.hash };
    expect((await finance2.post(`/approvals/${second.body.id}/approve`, { previewHash })).status).toBe(200);
    // 70.00 by fewer than two: with 20.00 more it needs two.
    const third = await pay('20.00');
    expect([third.status, third.body.steps.needed]).toEqual([202, 2]);
  } finally {
    await askSecondPerson(database);
  }
});
