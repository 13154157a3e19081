import { seedDemonstrationUsers } from '../../src/identity/index.js';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { DecisionsResultDto } from '../../src/approvals/decisions.dto.js';
import { createUser } from '../../src/identity/users/create-user.js';
import { signIn, startApp, type Api, type TestApp } from '../support/app.js';
import { askSecondPerson } from '../support/approvals.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, openLedger, yuan } from '../support/ledger.js';

/* Two applications on one database decide the same 200 approvals at once, beside reservations on their line. */

const MANY = 200;

let database: TestDatabase;
let apps: [TestApp, TestApp];
let maker: Api;
let checkers: [Api, Api];

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  await fundLine(openLedger(database.db), 'manufacturing-app', yuan('1000000.00'));
  await askSecondPerson(database, [{ kind: 'allotment-return' }, { kind: 'approved-offline' }]);
  const third = { username: 'third', displayName: '第三人', role: 'finance', agency: null, password: 'correct horse' } as const;
  await createUser(database.db, third);
  apps = [await startApp({ url: database.url }), await startApp({ url: database.url })];
  maker = await apps[0].api('finance');
  checkers = [await apps[0].api('finance2'), await signIn(apps[1].baseUrl, 'third', third.password)];
});
afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()));
  await database.close();
});

async function asked(count: number): Promise<ApprovalDto[]> {
  const body = { kind: 'allotment-return', line: 'manufacturing-app', amount: '1.00', reason: '收回', effectiveOn: '2016-06-01' };
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      maker.post<ApprovalDto>('/funds/gz-ecommerce/years/2016/budget-entries', { ...body, documentNo: `收-${index}-${count}` }),
    ),
  );
  for (const { status } of answers) expect(status).toBe(202);
  return answers.map((answer) => answer.body);
}

const decisions = (approvals: readonly ApprovalDto[]) => ({
  decision: 'approve',
  items: approvals.map(({ id, preview }) => ({ id, previewHash: preview.hash })),
});

test(`Of ${MANY} approvals that two decide at once each is decided once, and no reservation beside them fails`, async () => {
  const approvals = await asked(MANY);
  const backwards = [...approvals].reverse();
  const officer = await apps[1].api('officer');
  const [one, other, ...reserved] = await Promise.all([
    checkers[0].post<DecisionsResultDto>('/approvals/decisions', decisions(approvals)),
    checkers[1].post<DecisionsResultDto>('/approvals/decisions', decisions(backwards)),
    ...Array.from({ length: 50 }, () => officer.post<unknown>('/awards', awardRequest({ amount: '1.00' }))),
  ]);
  expect(reserved.map(({ status }) => status)).toEqual(reserved.map(() => 201));
  const results = [...one.body.results, ...other.body.results];
  const refusals = results.flatMap(({ problem }) => (problem === undefined ? [] : [problem['code']]));
  expect(new Set(refusals)).toEqual(new Set(['already-decided']));
  expect([one.body.accepted + other.body.accepted, refusals.length]).toEqual([MANY, MANY]);
  const [row] = await database.db.rows(
    `SELECT count(*) AS entries, count(DISTINCT approval_id) AS approvals, sum(amount_fen)::bigint AS fen FROM journal_entry WHERE approval_id = ANY ($1::uuid[])`,
    [approvals.map(({ id }) => id)],
  );
  expect(row).toEqual({ entries: BigInt(MANY), approvals: BigInt(MANY), fen: BigInt(MANY) * 100n });
}, 60_000);

test('The same decisions sent twice at once, to both, are answered the same', async () => {
  const body = decisions(await asked(20));
  const again = await signIn(apps[1].baseUrl, 'finance2');
  const key = 'decided-twice';
  const [one, other] = await Promise.all([
    checkers[0].post<DecisionsResultDto>('/approvals/decisions', body, { key }),
    again.post<DecisionsResultDto>('/approvals/decisions', body, { key }),
  ]);
  expect(one.body.accepted).toBe(20);
  expect(other.body).toEqual(one.body);
});

test('Two batches of awards that are approved in one request are both reserved', async () => {
  const batch = () => ({
    mode: 'all',
    awards: [1, 2].map(() => awardRequest({ approvedOffline: true, amount: '1.00' })),
  });
  const asks = await Promise.all([1, 2].map(() => maker.post<ApprovalDto>('/awards/batch', batch())));
  expect(asks.map(({ status }) => status)).toEqual([202, 202]);
  const done = await checkers[0].post<DecisionsResultDto>('/approvals/decisions', decisions(asks.map(({ body }) => body)), {
    key: 'two-batches',
  });
  expect(done.body).toMatchObject({
    accepted: 2,
    results: asks.map(({ body }) => ({ status: 200, approval: { id: body.id, status: 'approved' } })),
  });
});
