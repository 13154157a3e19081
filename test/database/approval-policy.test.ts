import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { policyInForce, seedApprovalPolicy, type NewPolicy, type PolicyVersion } from '../../src/approvals/index.js';
import { changePolicy } from '../../src/approvals/policy/change-policy.js';
import { policyVersions, storePolicy, type ChangedBy } from '../../src/approvals/policy/store-policy.js';
import { findFund } from '../../src/budget/index.js';
import { SYSTEM_ACTOR } from '../../src/kernel/index.js';
import { APPROVAL_KINDS } from '../../src/ledger/index.js';
import type { Tx } from '../../src/platform/database/database.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { FINANCE, FUND, yuan } from '../support/ledger.js';
import { TwoPeople } from '../support/two-people.js';

/*
 * For what a fund asks a second person (domain §3, Approvals): versions that stay, each with its rules, and none by one person where the one
 * before asks for anything. What the database refuses is tried as the owner, past all code.
 */

let database: TestDatabase;
let fundId: number;
let two: TwoPeople;

beforeEach(async () => {
  database = await testDatabase();
  fundId = (await findFund(database.db, FUND))?.id ?? 0;
  two = new TwoPeople(database);
});
afterEach(() => database.close());

const SOME: NewPolicy = {
  rules: [
    { kind: 'disbursement', fromFen: yuan('5000000.00'), steps: 2 },
    { kind: 'disbursement', fromFen: 0n, steps: 1 },
    { kind: 'appropriation', fromFen: 0n, steps: 1 },
  ],
  expiresAfterDays: 30,
  reason: '示例',
};
const NOTHING: NewPolicy = { rules: [], expiresAfterDays: 10, reason: '示例二' };

const alone: ChangedBy = { actorId: FINANCE.id, agreed: null };
const store = (policy: NewPolicy, by: ChangedBy): Promise<PolicyVersion> =>
  database.db.transaction((tx) => storePolicy(tx, fundId, policy, by));
/** By one person and so many others, who have approved it. */
const storeAgreed = async (policy: NewPolicy, others = 1): Promise<PolicyVersion> => {
  const [maker = '', first = '', ...more] = await people(1 + others);
  return database.db.transaction(async (tx) => {
    const agreed = await two.approved(tx, 'approval-policy', maker, first, ...more);
    return storePolicy(tx, fundId, policy, { actorId: maker, agreed });
  });
};
const people = (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, () => two.person()));
const change = (policy: NewPolicy) => database.db.transaction((tx) => changePolicy(tx, fundId, policy, FINANCE));
const asked = (sql: string, values: unknown[] = []) => asOwner(database, (owner: pg.Client) => owner.query(sql, values));

test('A version is stored with its rules, by kind and amount, and the latest is in force', async () => {
  expect(await policyInForce(database.db, fundId)).toBeNull();
  const first = await store(SOME, alone);
  expect(first).toMatchObject({ number: 1, changedBy: FINANCE.id, approvalId: null, checkedBy: null, expiresAfterDays: 30 });
  expect(first.rules).toEqual([
    { kind: 'appropriation', fromFen: 0n, steps: 1 },
    { kind: 'disbursement', fromFen: 0n, steps: 1 },
    { kind: 'disbursement', fromFen: 500_000_000n, steps: 2 },
  ]);
  expect(await policyInForce(database.db, fundId)).toEqual(first);
  const second = await storeAgreed(NOTHING, 2);
  const id = expect.any(String) as string;
  expect(second).toMatchObject({ number: 2, rules: [], checkedBy: [id, id], approvalId: id });
  expect(await policyVersions(database.db, fundId, { before: null, most: 10 })).toEqual([second, first]);
  expect(await policyVersions(database.db, fundId, { before: 2, most: 10 })).toEqual([first]);
});

test('A fund that asks for nothing takes its policy from one person, one that asks for anything does not', async () => {
  expect(await change(NOTHING)).toMatchObject({ ok: true, value: { number: 1 } });
  expect(await change(SOME)).toMatchObject({ ok: true, value: { number: 2 } });
  expect(await change(NOTHING)).toMatchObject({ ok: false, problem: { code: 'approval-required', extras: { steps: 1 } } });
  expect(await policyVersions(database.db, fundId, { before: null, most: 10 })).toHaveLength(2);
});

test('A policy that asks two for its own change is changed by two beside its maker', async () => {
  await change({ ...SOME, rules: [{ kind: 'approval-policy', fromFen: yuan('1.00'), steps: 2 }] });
  expect(await change(NOTHING)).toMatchObject({ ok: false, problem: { extras: { steps: 2 } } });
});

test('Of two that change it at the same time, both are stored, one after the other', async () => {
  const changed = await Promise.all([change(NOTHING), change({ ...NOTHING, reason: '同時' }), change(NOTHING)]);
  expect(changed.map((one) => (one.ok ? one.value.number : 0)).sort()).toEqual([1, 2, 3]);
  // Of two first policies that ask for something, the second sees the first.
  const asking = await Promise.all([change(SOME), change(SOME)]);
  expect(asking.map(({ ok }) => ok).sort()).toEqual([false, true]);
});

test('The database refuses a change by one person where rules are in force', async () => {
  await store(SOME, alone);
  await expect(store(NOTHING, alone)).rejects.toMatchObject({ code: 'FL007' });
  const insert = `INSERT INTO approval_policy (fund_id, number, expires_after_days, reason, changed_by, approval_id, checked_by)
                  VALUES ($1, 2, 30, '', $2, gen_random_uuid(), $3)`;
  await expect(asked(insert.replace('gen_random_uuid()', 'NULL'), [fundId, FINANCE.id, null])).rejects.toMatchObject({
    code: 'FL007',
  });
  const CHECK = { code: '23514', constraint: 'approval_policy_checked' };
  await expect(asked(insert, [fundId, FINANCE.id, [FINANCE.id]])).rejects.toMatchObject(CHECK);
  const other = randomUUID();
  await expect(asked(insert, [fundId, FINANCE.id, [other, other]])).rejects.toMatchObject(CHECK);
  await expect(asked(insert, [fundId, FINANCE.id, []])).rejects.toMatchObject({ code: 'FL007' });
  const follows = 'ALTER TABLE approval_policy DISABLE TRIGGER policy_follows_approval';
  await two.without(follows, (owner) => owner.query(insert, [fundId, FINANCE.id, [other]]));
});

test('The database refuses fewer people than the policy in force asks for its own change', async () => {
  await store({ ...SOME, rules: [{ kind: 'approval-policy', fromFen: 0n, steps: 2 }] }, alone);
  await expect(storeAgreed(NOTHING)).rejects.toMatchObject({ code: 'FL007' });
  expect(await storeAgreed(NOTHING, 2)).toMatchObject({ number: 2 });
});

type Invented = (maker: string, other: string, tx: Tx) => Promise<ChangedBy>;

test.each<[string, Invented]>([
  ['of nobody', (actorId, other) => Promise.resolve({ actorId, agreed: { approvalId: randomUUID(), checkers: [other] } })],
  ['of another kind', async (actorId, other, tx) => ({ actorId, agreed: await two.approved(tx, 'line-rule', actorId, other) })],
  [
    'of another maker',
    async (maker, other, tx) => ({ actorId: FINANCE.id, agreed: await two.approved(tx, 'approval-policy', maker, other) }),
  ],
  [
    'of other people',
    async (actorId, other, tx) => {
      const { approvalId } = await two.approved(tx, 'approval-policy', actorId, other);
      return { actorId, agreed: { approvalId, checkers: [randomUUID()] } };
    },
  ],
  [
    'that waits',
    async (actorId, other, sql) => {
      const approvalId = await two.ask(actorId, { kind: 'approval-policy', sql });
      await two.agree(approvalId, other, sql);
      return { actorId, agreed: { approvalId, checkers: [other] } };
    },
  ],
  [
    'that was approved before',
    async (actorId, other) => ({ actorId, agreed: await two.approved(database.db, 'approval-policy', actorId, other) }),
  ],
])('The database refuses a change by an approval %s', async (_, invented) => {
  await store(SOME, alone);
  const [maker = '', other = ''] = await people(2);
  const attempt = () => database.db.transaction(async (tx) => storePolicy(tx, fundId, NOTHING, await invented(maker, other, tx)));
  await expect(attempt()).rejects.toMatchObject({ code: 'FL007' });
  await asked('ALTER TABLE approval_policy DISABLE TRIGGER policy_follows_approval');
  expect(await attempt()).toMatchObject({ number: 2 });
});

test.each([0, 1, 3])('The database refuses number %d behind version 1', async (number) => {
  await store(SOME, alone);
  const insert = `INSERT INTO approval_policy (fund_id, number, expires_after_days, reason, changed_by, approval_id, checked_by)
                  VALUES ($1, $2, 30, '', $3, gen_random_uuid(), ARRAY[gen_random_uuid()])`;
  await expect(asked(insert, [fundId, number, FINANCE.id])).rejects.toMatchObject({ code: 'FL007' });
});

test('The database refuses a rule that comes later than its version', async () => {
  await store(SOME, alone);
  const late = `INSERT INTO approval_rule VALUES ($1, 1, 'settlement', 0, 1)`;
  await expect(asked(late, [fundId])).rejects.toMatchObject({ code: 'FL007' });
  await expect(database.db.rows(late, [fundId])).rejects.toMatchObject({ code: 'FL007' });
});

test.each(['approval_policy', 'approval_rule'])('What stands in %s stays', async (table) => {
  await store(SOME, alone);
  for (const attempt of [`UPDATE ${table} SET fund_id = fund_id`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`]) {
    await expect(asked(attempt)).rejects.toMatchObject({ code: 'FL001' });
    await expect(database.db.rows(attempt)).rejects.toMatchObject({ code: '42501' });
  }
  expect(await policyInForce(database.db, fundId)).toMatchObject({ number: 1, reason: '示例' });
});

test('The seed asks for every kind from 0.00 on, once: a second run adds nothing, and never a version behind another', async () => {
  await seedApprovalPolicy(database.db);
  const seeded = await policyInForce(database.db, fundId);
  expect(seeded).toMatchObject({ number: 1, changedBy: SYSTEM_ACTOR.id, checkedBy: null, expiresAfterDays: 30 });
  expect(seeded?.rules).toEqual(APPROVAL_KINDS.map((kind) => ({ kind, fromFen: 0n, steps: 1 })));
  await seedApprovalPolicy(database.db);
  expect(await policyInForce(database.db, fundId)).toEqual(seeded);
  await storeAgreed(NOTHING);
  await seedApprovalPolicy(database.db);
  expect(await policyInForce(database.db, fundId)).toMatchObject({ number: 2, rules: [] });
});
