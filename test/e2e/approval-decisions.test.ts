import { randomUUID } from 'node:crypto';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { DecisionsResultDto } from '../../src/approvals/decisions.dto.js';
import { askSecondPerson } from '../support/approvals.js';
import { BUDGET, budgetEntry, Desk, payment, type Told } from '../support/desk.js';
import { brokenInvariants } from '../support/invariants.js';

/*
 * What waits is decided once, by another than its maker, on what it would do now (domain §3, Approvals): every other attempt posts nothing.
 */

let desk: Desk;

beforeAll(async () => {
  desk = await Desk.open();
});
afterEach(async () => expect(await brokenInvariants(desk.database.db)).toEqual({}));
afterAll(() => desk.close());

const supplement = (amount = '10.00', options: { key?: string } = {}) =>
  desk.ask(BUDGET, budgetEntry('supplement', amount, { ceilingDocumentNo: '穗府〔2016〕9號' }), desk.finance, options);

/** The work posts nothing. */
async function posts<T>(work: () => Promise<T>, entries = 0): Promise<T> {
  const before = await desk.entries();
  const done = await work();
  expect(await desk.entries()).toBe(before + entries);
  return done;
}

describe('What is decided already', () => {
  it.each([
    ['approved', 'already-decided', (asked: ApprovalDto) => desk.approve(asked)],
    ['rejected', 'already-decided', (asked: ApprovalDto) => desk.reject(asked)],
    ['withdrawn', 'approval-withdrawn', (asked: ApprovalDto) => desk.withdraw(asked)],
  ] as const)('%s, is neither approved, nor rejected, nor withdrawn again', async (status, code, decide) => {
    const asked = await supplement();
    expect((await decide(asked)).status).toBe(200);
    await posts(async () => {
      for (const again of [() => desk.approve(asked), () => desk.reject(asked), () => desk.withdraw(asked)])
        expect(await again()).toMatchObject({ status: 409, body: { code } });
    });
    expect((await desk.shown(asked)).status).toBe(status);
  });

  it('expired, counts as withdrawn, and says so', async () => {
    const asked = await supplement();
    await desk.expire(asked);
    await posts(async () => {
      for (const late of [() => desk.approve(asked), () => desk.reject(asked), () => desk.withdraw(asked)]) {
        const { status, body } = await late();
        expect({ status, body }).toMatchObject({ status: 409, body: { code: 'approval-withdrawn' } });
        expect(body.detail).toContain('逾期');
      }
    });
    expect(await desk.shown(asked)).toMatchObject({ status: 'withdrawn', expired: true });
  });
});

test('Only the maker withdraws; only another of finance rejects, with a reason; nobody else decides', async () => {
  const asked = await supplement();
  const [officer, auditor] = [desk.officer, await desk.app.api('auditor')];
  await posts(async () => {
    expect(await desk.withdraw(asked, desk.finance2)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await desk.withdraw(asked, officer)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await desk.reject(asked, desk.finance)).toMatchObject({ status: 403, body: { code: 'self-approval' } });
    for (const reason of [undefined, '', ' ']) {
      const answer = await desk.finance2.post<Told>(`/approvals/${asked.id}/reject`, { reason });
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    }
    for (const wrong of [officer, auditor, desk.admin]) {
      expect(await desk.approve(asked, wrong)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(await desk.reject(asked, wrong)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect(await desk.approve(asked, await desk.app.api(null))).toMatchObject({ status: 401 });
    expect(await desk.approve({ ...asked, id: randomUUID() })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const rejected = await desk.reject(asked, desk.finance2, '收款賬號與合同不符');
    expect(rejected).toMatchObject({
      status: 200,
      body: { status: 'rejected', decidedBy: 'finance2', reason: '收款賬號與合同不符' },
    });
  });
});

test('What would now do something else is shown again, and posts nothing; the new preview may be agreed to', async () => {
  const award = await desk.committed();
  const pay = (amount: string) => desk.ask(`/awards/${award.id}/disbursements`, payment({ amount }));
  const [asked, other] = [await pay('40.00'), await pay('25.00')];
  expect((await desk.approve(other)).status).toBe(200);
  const stale = await posts(() => desk.approve(asked));
  expect(stale).toMatchObject({ status: 409, body: { code: 'approval-stale' } });
  expect(stale.body.preview.hash).not.toBe(asked.preview.hash);
  expect(stale.body.preview.entries[0]?.award?.after.amounts.disbursed).toBe('65.00');
  expect(await desk.shown(asked)).toMatchObject({ status: 'pending', preview: { hash: stale.body.preview.hash } });
  const again = await desk.approve(asked, desk.finance2, { hash: stale.body.preview.hash });
  expect(again).toMatchObject({ status: 200, body: { status: 'approved', result: { amounts: { disbursed: '65.00' } } } });
});

test('What can no longer be done says why, stays asked, and can be withdrawn', async () => {
  const award = await desk.committed();
  const pay = () => desk.ask(`/awards/${award.id}/disbursements`, payment());
  const [asked, other] = [await pay(), await pay()];
  expect((await desk.approve(other)).status).toBe(200);
  const stale = await posts(() => desk.approve(asked));
  expect(stale.body).toMatchObject({ code: 'approval-stale', preview: { problem: { code: 'exceeds-open-amount' } } });
  expect(await desk.shown(asked)).toMatchObject({ status: 'pending', preview: { problem: { code: 'exceeds-open-amount' } } });
  const hopeless = await posts(() => desk.approve(asked, desk.finance2, { hash: stale.body.preview.hash }));
  expect(hopeless.body.code).toBe('approval-stale');
  expect((await desk.withdraw(asked)).body.status).toBe('withdrawn');
});

test('A digest that is none, or of another approval, is not what was seen', async () => {
  const [one, two] = [await supplement('10.00'), await supplement('1000.00')];
  await posts(async () => {
    expect(await desk.approve(one, desk.finance2, { hash: two.preview.hash })).toMatchObject({
      status: 409,
      body: { code: 'approval-stale', preview: { hash: one.preview.hash } },
    });
    for (const hash of ['', 'x', 'g'.repeat(64)])
      expect(await desk.approve(one, desk.finance2, { hash })).toMatchObject({
        status: 400,
        body: { code: 'validation-failed' },
      });
  });
});

describe('Many are decided at once', () => {
  const decide = (body: object, key: string = randomUUID()) =>
    desk.finance2.post<DecisionsResultDto>('/approvals/decisions', body, { key });
  const item = ({ id, preview }: ApprovalDto) => ({ id, previewHash: preview.hash });

  it('item by item: what one is refused for keeps no other back, and the same key answers the same again', async () => {
    const [one, two, own, three] = [
      await supplement(),
      await supplement(),
      await desk.ask(BUDGET, budgetEntry('supplement', '3.00', { ceilingDocumentNo: '穗府〔2016〕9號' }), desk.finance2),
      await supplement(),
    ];
    await desk.withdraw(two);
    const items = [item(one), item(two), item(own), { ...item(three), previewHash: one.preview.hash.replace(/^./, 'z') }];
    expect((await decide({ decision: 'approve', items })).status).toBe(400);
    items[3] = { ...item(three), previewHash: 'f'.repeat(64) };
    items.push({ id: randomUUID(), previewHash: one.preview.hash }, item(one));
    const key = randomUUID();
    const answer = await posts(() => decide({ decision: 'approve', items, reason: '材料齊全' }, key), 1);
    expect(answer.status).toBe(200);
    expect(answer.body.results.map(({ status, problem, approval }) => [status, problem?.['code'] ?? approval?.status])).toEqual([
      [200, 'approved'],
      [409, 'approval-withdrawn'],
      [403, 'self-approval'],
      [409, 'approval-stale'],
      [404, 'not-found'],
      [409, 'already-decided'],
    ]);
    expect(answer.body).toMatchObject({ accepted: 1, rejected: 5 });
    const again = await posts(() => decide({ decision: 'approve', items, reason: '材料齊全' }, key));
    expect(again.body.results[0]).toEqual(answer.body.results[0]);
    expect(again.body).toMatchObject({ accepted: 1, rejected: 5 });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const another = await decide({ decision: 'approve', items: [item(three)] }, key);
    expect(another.body.results[0]).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
  });

  it('are rejected with one reason, and approved with a digest each', async () => {
    const asked = await Promise.all([1, 2, 3].map(() => supplement()));
    await posts(async () => {
      const ids = asked.map(({ id }) => ({ id }));
      expect((await decide({ decision: 'reject', items: ids })).status).toBe(400);
      expect((await decide({ decision: 'approve', items: ids })).status).toBe(400);
      const done = await decide({ decision: 'reject', items: ids, reason: '資料不全' });
      expect(done.body.results.map(({ approval }) => [approval?.status, approval?.reason])).toEqual(
        asked.map(() => ['rejected', '資料不全']),
      );
    });
  });
});

describe('The same request again', () => {
  it('is answered to the byte as the first time, be it the request or the agreement', async () => {
    const key = randomUUID();
    const body = budgetEntry('supplement', '10.00', { ceilingDocumentNo: '穗府〔2016〕9號' });
    const send = async (path: string, what: object) => {
      const headers = {
        authorization: `Bearer ${path === BUDGET ? desk.finance.token : desk.finance2.token}`,
        'idempotency-key': key,
      };
      const options = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(what) };
      const response = await fetch(`${desk.app.baseUrl}/api/v1${path}`, options);
      return { status: response.status, text: await response.text(), replayed: response.headers.get('idempotent-replayed') };
    };
    const first = await send(BUDGET, body);
    expect([first.status, first.replayed]).toEqual([202, null]);
    expect(await send(BUDGET, body)).toEqual({ ...first, replayed: 'true' });
    const asked = JSON.parse(first.text) as ApprovalDto;
    const path = `/approvals/${asked.id}/approve`;
    const agreed = await send(path, { previewHash: asked.preview.hash });
    expect([agreed.status, agreed.replayed]).toEqual([200, null]);
    await posts(async () => {
      expect(await send(path, { previewHash: asked.preview.hash })).toEqual({ ...agreed, replayed: 'true' });
      // What was asked for stays asked for once, whatever became of it.
      expect(await send(BUDGET, body)).toEqual({ ...first, replayed: 'true' });
    });
    expect(await send(BUDGET, { ...body, amount: '11.00' })).toMatchObject({ status: 422 });
  });

  it('under another user’s key is a request of its own', async () => {
    const key = randomUUID();
    const asked = await supplement('10.00', { key });
    const path = `/approvals/${asked.id}/approve`;
    const self = await desk.finance.post<Told>(path, { previewHash: asked.preview.hash }, { key });
    expect(self.status).toBeGreaterThanOrEqual(400);
    const theirs = await desk.ask(
      BUDGET,
      budgetEntry('supplement', '10.00', { ceilingDocumentNo: '穗府〔2016〕9號' }),
      desk.finance2,
      {
        key,
      },
    );
    expect(theirs.id).not.toBe(asked.id);
    expect(theirs.requestedBy).toBe('finance2');
  });
});

test('Two of the same person’s agreements at once are one', async () => {
  await askSecondPerson(desk.database, [{ kind: 'supplement', steps: 2 }]);
  const asked = await supplement();
  const answers = await posts(() => Promise.all([1, 2, 3, 4].map(() => desk.approve(asked))));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  expect(await desk.shown(asked)).toMatchObject({ status: 'pending', steps: { needed: 2, given: 1 } });
  await askSecondPerson(desk.database);
});
