import type { ApprovalDto } from '../../src/approvals/index.js';
import { askSecondPerson } from '../support/approvals.js';
import { BUDGET, budgetEntry, Desk, payment, type Person } from '../support/desk.js';
import { brokenInvariants } from '../support/invariants.js';

/*
 * How many people something needs, and who they are at that moment (domain §3, Approvals): steps and thresholds are those of the request, or
 * stricter ones since; the maker must still be who it was.
 */

let desk: Desk;
let third: Person;
let fourth: Person;

beforeAll(async () => {
  desk = await Desk.open();
  third = await desk.person();
  fourth = await desk.person();
});
afterEach(async () => expect(await brokenInvariants(desk.database.db)).toEqual({}));
afterAll(() => desk.close());

const policy = (steps: number, fromFen = 0n) =>
  askSecondPerson(desk.database, [
    { kind: 'supplement', steps, fromFen },
    ...(fromFen === 0n ? [] : [{ kind: 'supplement' as const }]),
    { kind: 'disbursement' },
  ]);
const supplement = (amount = '10.00', by = desk.finance) =>
  desk.ask(BUDGET, budgetEntry('supplement', amount, { ceilingDocumentNo: '穗府〔2016〕9號' }), by);
const decidersOf = (asked: ApprovalDto) =>
  desk.database.db.rows<{ checked: string[] }>('SELECT checked_by AS checked FROM journal_entry WHERE approval_id = $1', [
    asked.id,
  ]);

describe('Two and three steps', () => {
  it.each([2, 3])('need %i people beside the maker, all different, and the entry names them in order', async (steps) => {
    await policy(steps);
    const asked = await supplement();
    expect(asked.steps).toEqual({ needed: steps, given: 0 });
    const people = [desk.finance2, third.api, fourth.api].slice(0, steps);
    const before = await desk.entries();
    for (const [given, by] of people.entries()) {
      expect(await desk.entries()).toBe(before);
      expect(await desk.shown(asked)).toMatchObject({ status: 'pending', steps: { needed: steps, given } });
      expect(await desk.approve(asked, desk.finance)).toMatchObject({ status: 403, body: { code: 'self-approval' } });
      const isLast = given === steps - 1;
      expect(await desk.approve(asked, by)).toMatchObject({ status: 200, body: { status: isLast ? 'approved' : 'pending' } });
      expect(await desk.approve(asked, by)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    }
    const ids = [await desk.idOf('finance2'), third.id, fourth.id].slice(0, steps);
    expect(await decidersOf(asked)).toEqual([{ checked: ids }]);
  });

  it('are over when one of the people rejects, be it one who had agreed', async () => {
    await policy(2);
    const asked = await supplement();
    expect((await desk.approve(asked)).status).toBe(200);
    expect((await desk.reject(asked, desk.finance2)).body.status).toBe('rejected');
    expect(await desk.approve(asked, third.api)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await decidersOf(asked)).toEqual([]);
  });

  it('are agreed to on one preview: who agreed to another no longer counts, and may agree again', async () => {
    await askSecondPerson(desk.database, [{ kind: 'disbursement', steps: 2 }]);
    const award = await desk.committed();
    const asked = await desk.ask(`/awards/${award.id}/disbursements`, payment({ amount: '40.00' }));
    expect((await desk.approve(asked)).body.steps).toEqual({ needed: 2, given: 1 });
    // The award is another one by now: a part of it is released.
    const release = { from: 'committed', amount: '10.00', reason: '核減', effectiveOn: '2016-06-02' };
    expect((await desk.officer.post(`/awards/${award.id}/releases`, release)).status).toBe(201);
    const stale = await desk.approve(asked, third.api);
    expect(stale).toMatchObject({ status: 409, body: { code: 'approval-stale' } });
    const now = await desk.shown(asked);
    expect([now.steps, now.decisions.map(({ counts }) => counts)]).toEqual([{ needed: 2, given: 0 }, [false]]);
    const hash = stale.body.preview.hash;
    expect(await desk.approve(asked, third.api, { hash })).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(await desk.approve(asked, third.api, { hash })).toMatchObject({ status: 409, body: { code: 'already-decided' } });
    expect(await desk.approve(asked, desk.finance2, { hash })).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(await decidersOf(asked)).toEqual([{ checked: [third.id, await desk.idOf('finance2')] }]);
  });
});

describe('The policy that has changed since', () => {
  it('and is stricter, is shown first; then it needs as many people as it says', async () => {
    await policy(1);
    const asked = await supplement();
    await policy(2);
    const stale = await desk.approve(asked);
    expect(stale).toMatchObject({ status: 409, body: { code: 'approval-stale', preview: { steps: 2 } } });
    expect(await desk.shown(asked)).toMatchObject({ status: 'pending', steps: { needed: 2, given: 0 } });
    const hash = stale.body.preview.hash;
    expect(await desk.approve(asked, desk.finance2, { hash })).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(await desk.approve(asked, third.api, { hash })).toMatchObject({ status: 200, body: { status: 'approved' } });
  });

  it('and is laxer, or asks nothing any more, leaves what was asked as it was', async () => {
    await policy(2);
    const [asked, other] = [await supplement(), await supplement()];
    await policy(1);
    expect(await desk.approve(asked)).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(await desk.approve(asked, third.api)).toMatchObject({ status: 200, body: { status: 'approved' } });
    await askSecondPerson(desk.database, []);
    expect(await desk.approve(other, desk.finance)).toMatchObject({ status: 403, body: { code: 'self-approval' } });
    expect(await desk.approve(other)).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(await desk.approve(other, third.api)).toMatchObject({ status: 200, body: { status: 'approved' } });
  });

  it('and was stricter for a while, asks as many as when it was last shown', async () => {
    await policy(1);
    const asked = await supplement();
    await policy(2);
    const stale = await desk.approve(asked);
    await policy(1);
    const answer = await desk.approve(asked, desk.finance2, { hash: stale.body.preview.hash });
    expect(answer).toMatchObject({ status: 200, body: { status: 'pending', steps: { needed: 2, given: 1 } } });
  });
});

test('From its threshold on an amount needs more people, to the fen', async () => {
  await policy(2, 100_000_000n);
  expect((await supplement('999999.99')).steps.needed).toBe(1);
  expect((await supplement('1000000.00')).steps.needed).toBe(2);
  await askSecondPerson(desk.database, [{ kind: 'supplement', fromFen: 100_000n }]);
  const below = await desk.finance.post(BUDGET, budgetEntry('supplement', '999.99', { ceilingDocumentNo: '穗府〔2016〕9號' }));
  expect(below.status).toBe(201);
  expect((await supplement('1000.00')).steps.needed).toBe(1);
});

describe('The maker', () => {
  const changes: readonly (readonly [string, Record<string, unknown>, object])[] = [
    ['disabled', {}, { active: false }],
    ['an auditor by now', {}, { role: 'auditor' }],
    ['an officer by now', {}, { role: 'officer', agency: '市經貿委' }],
    ['of another agency by now', { role: 'officer', agency: '市經貿委' }, { agency: '市金融辦' }],
    ['of finance by now', { role: 'officer', agency: '市經貿委' }, { role: 'finance', agency: null }],
    ['of another name by now', {}, { displayName: '改名以後' }],
    ['of another staff number by now', {}, { staffNo: 'CZ-9001' }],
  ];
  it.each(changes)('%s has nothing done in its name, and it is said why', async (_, before, change) => {
    await policy(1);
    const maker = await desk.person(before);
    const asked = await desk.payment({}, maker.api);
    await desk.changeUser(maker.id, change);
    const entries = await desk.entries();
    const stale = await desk.approve(asked);
    expect(stale).toMatchObject({ status: 409, body: { code: 'approval-stale', preview: { problem: { code: 'forbidden' } } } });
    const again = await desk.approve(asked, desk.finance2, { hash: stale.body.preview.hash });
    expect(again).toMatchObject({ status: 409, body: { code: 'approval-stale' } });
    expect(await desk.entries()).toBe(entries);
    expect(await desk.shown(asked)).toMatchObject({ status: 'pending', preview: { problem: { code: 'forbidden' } } });
    expect(await desk.reject(asked)).toMatchObject({ status: 200, body: { status: 'rejected' } });
  });

  it('is who it was under two steps as well', async () => {
    await policy(2);
    const maker = await desk.person();
    const asked = await supplement('10.00', maker.api);
    expect((await desk.approve(asked)).status).toBe(200);
    await desk.changeUser(maker.id, { role: 'auditor' });
    expect(await desk.approve(asked, third.api)).toMatchObject({ status: 409, body: { code: 'approval-stale' } });
    expect(await decidersOf(asked)).toEqual([]);
  });
});

describe('The checker', () => {
  it.each([
    ['made of finance', { role: 'auditor' }, { role: 'finance' }],
    ['renamed', {}, { displayName: '另一個名字' }],
    ['given a staff number', {}, { staffNo: 'CZ-7' }],
  ])('%s after it was asked decides nothing', async (_, before, change) => {
    await policy(1);
    const checker = await desk.person(before);
    const asked = await supplement();
    await desk.changeUser(checker.id, change);
    const api = await desk.signIn(checker);
    expect(await desk.approve(asked, api)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await desk.reject(asked, api)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await desk.shown(asked)).mayDecide).not.toContain(checker.username);
    // What is asked for from now on it may decide.
    expect(await desk.approve(await supplement(), api)).toMatchObject({ status: 200, body: { status: 'approved' } });
  });

  it('disabled decides nothing', async () => {
    const checker = await desk.person();
    const asked = await supplement();
    await desk.changeUser(checker.id, { active: false });
    expect((await desk.approve(asked, checker.api)).status).toBe(401);
  });
});
