import { randomUUID } from 'node:crypto';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { ApprovalPageDto } from '../../src/approvals/approval.dto.js';
import type { AwardBatchResultDto } from '../../src/awards/award-batch.dto.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { Api } from '../support/app.js';
import { askSecondPerson } from '../support/approvals.js';
import { awardRequest } from '../support/award-request.js';
import { BUDGET, budgetEntry, Desk, payment, resultOf, type Refusal, type Told } from '../support/desk.js';
import { brokenInvariants } from '../support/invariants.js';

/*
 * What waits for whom, what of it is shown, and what of a batch waits (domain §3, Approvals).
 */

let desk: Desk;
let officer2: Api;
let auditor: Api;

beforeAll(async () => {
  desk = await Desk.open();
  officer2 = await desk.app.api('officer2');
  auditor = await desk.app.api('auditor');
});
afterEach(async () => expect(await brokenInvariants(desk.database.db)).toEqual({}));
afterAll(() => desk.close());

const virement = (amount = '10.00', more: object = {}) =>
  desk.ask(BUDGET, budgetEntry('virement', amount, { fromLine: 'market-app', toLine: 'manufacturing-app', ...more }));
const listed = async (api: Api, query: string): Promise<string[]> =>
  (await api.get<ApprovalPageDto>(`/approvals?limit=200&${query}`)).body.items.map(({ id }) => id);

describe('The list of what waits', () => {
  it('waits for another of finance, until it is decided; not for its maker, nor for who may not decide', async () => {
    const [mine, officers] = [await virement(), await desk.payment({}, desk.officer)];
    expect(await listed(desk.finance2, 'waitingFor=me')).toEqual(expect.arrayContaining([mine.id, officers.id]));
    const own = await listed(desk.finance, 'waitingFor=me');
    expect(own).toContain(officers.id);
    expect(own).not.toContain(mine.id);
    for (const api of [desk.officer, officer2, auditor, desk.admin]) expect(await listed(api, 'waitingFor=me')).toEqual([]);
    const late = await desk.person();
    expect(await listed(late.api, 'waitingFor=me')).toEqual([]);
    await desk.approve(officers);
    expect(await listed(desk.finance, 'waitingFor=me')).not.toContain(officers.id);
  });

  it('no longer waits for who has agreed, unless it does something else by now', async () => {
    await askSecondPerson(desk.database, [{ kind: 'disbursement', steps: 2 }]);
    const third = await desk.person();
    const award = await desk.committed();
    const asked = await desk.ask(`/awards/${award.id}/disbursements`, payment({ amount: '40.00' }));
    await desk.approve(asked);
    expect(await listed(desk.finance2, 'waitingFor=me')).not.toContain(asked.id);
    expect(await listed(third.api, 'waitingFor=me')).toContain(asked.id);
    const release = { from: 'committed', amount: '10.00', reason: '核減', effectiveOn: '2016-06-02' };
    await desk.officer.post(`/awards/${award.id}/releases`, release);
    expect((await desk.approve(asked, third.api)).body.code).toBe('approval-stale');
    expect(await listed(desk.finance2, 'waitingFor=me')).toContain(asked.id);
    await askSecondPerson(desk.database);
  });

  it('is narrowed by status, kind, year and fund; what has expired counts as withdrawn', async () => {
    const [open, approved, rejected, withdrawn, expired] = [
      await virement(),
      await virement(),
      await virement(),
      await virement(),
      await virement(),
    ];
    await desk.approve(approved);
    await desk.reject(rejected);
    await desk.withdraw(withdrawn);
    await desk.expire(expired);
    const of = async (query: string) => {
      const ids = await listed(auditor, query);
      return Object.entries({ open, approved, rejected, withdrawn, expired })
        .filter(([, { id }]) => ids.includes(id))
        .map(([name]) => name);
    };
    expect(await of('status=pending')).toEqual(['open']);
    expect(await of('status=approved')).toEqual(['approved']);
    expect(await of('status=rejected')).toEqual(['rejected']);
    expect(await of('status=withdrawn')).toEqual(['withdrawn', 'expired']);
    expect(await of('kind=virement')).toHaveLength(5);
    expect(await of('kind=supplement')).toEqual([]);
    expect(await of('fiscalYear=2016')).toHaveLength(5);
    expect(await of('fiscalYear=2015')).toEqual([]);
    expect(await of('fund=gz-ecommerce')).toHaveLength(5);
    expect(await of('fund=other')).toEqual([]);
    expect(await listed(desk.finance2, 'waitingFor=me')).not.toContain(expired.id);
    for (const wrong of ['status=open', 'kind=reserve', 'waitingFor=finance'])
      expect((await auditor.get(`/approvals?${wrong}`)).status).toBe(400);
  });

  it('goes on, page by page, without a gap', async () => {
    for (let n = 0; n < 4; n += 1) await virement();
    const all = await listed(auditor, '');
    expect(all.length).toBeGreaterThan(3);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: ApprovalPageDto } = await auditor.get<ApprovalPageDto>(
        `/approvals?limit=3&cursor=${cursor}`.replace(/&cursor=$/, ''),
      );
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(all);
  });

  it('shows officers what they have asked for alone', async () => {
    const [mine, other] = [await desk.payment({}, desk.officer), await virement()];
    expect(await listed(desk.officer, '')).toContain(mine.id);
    expect(await listed(desk.officer, '')).not.toContain(other.id);
    expect(await listed(officer2, '')).toEqual([]);
    expect((await desk.shown(mine, desk.officer)).id).toBe(mine.id);
    expect(await officer2.get(`/approvals/${mine.id}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await desk.officer.get(`/approvals/${other.id}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect((await desk.withdraw(mine, officer2)).status).toBe(404);
    expect((await desk.withdraw(mine, desk.officer)).body.status).toBe('withdrawn');
  });
});

describe('What is shown of it', () => {
  it('are the balances on its date, which what is dated later does not change', async () => {
    const dated = await virement('100.00', { effectiveOn: '2016-03-01' });
    const after = (asked: ApprovalDto) =>
      asked.preview.balances.find(({ line, account }) => line === 'market-app' && account === '4610');
    const before = after(dated);
    await desk.done(
      BUDGET,
      budgetEntry('virement', '70.00', { fromLine: 'market-app', toLine: 'manufacturing-app', effectiveOn: '2016-09-01' }),
    );
    const shown = await desk.shown(dated);
    expect(after(shown)).toEqual({ ...before, on: '2016-03-01' });
    expect(shown.preview.hash).toBe(dated.preview.hash);
    await desk.done(
      BUDGET,
      budgetEntry('virement', '5.00', { fromLine: 'market-app', toLine: 'manufacturing-app', effectiveOn: '2016-02-01' }),
    );
    const now = after(await desk.shown(dated));
    expect(Number(now?.before)).toBe(Number(before?.before) - 5);
    // Only balances are others: what it does is the same, and what was seen may be agreed to.
    expect((await desk.approve(dated)).body.status).toBe('approved');
  });

  it('is why it can’t be done any more, when something else has taken the money', async () => {
    const [all, some] = [await virement('4000000.00'), await virement('8000000.00')];
    expect((await desk.approve(all)).status).toBe(200);
    const shown = await desk.shown(some);
    expect(shown).toMatchObject({
      status: 'pending',
      preview: { problem: { code: 'insufficient-funds', status: 409 }, entries: [] },
    });
    expect((await desk.approve(some)).body).toMatchObject({
      code: 'approval-stale',
      preview: { problem: { code: 'insufficient-funds' } },
    });
    // When the money is there again, it is what was seen at first.
    await desk.done(BUDGET, budgetEntry('virement', '4000000.00', { fromLine: 'manufacturing-app', toLine: 'market-app' }));
    expect((await desk.shown(some)).preview).toMatchObject({ hash: some.preview.hash });
    expect((await desk.approve(some)).body.status).toBe('approved');
  });

  it('is without the number of any account, as is what is kept of it', async () => {
    const account = '6222000097531864';
    const request = awardRequest({ approvedOffline: true });
    const enterprise = { ...(request['enterprise'] as object), details: { bankAccount: account } };
    const award = await desk.committed();
    const payee = { name: '廣州示例收款有限公司', bankAccount: account, bank: '中國示例銀行' };
    for (const asked of [
      await desk.ask('/awards', { ...request, enterprise }),
      await desk.ask(`/awards/${award.id}/disbursements`, payment({ payee })),
    ]) {
      expect(JSON.stringify(asked.request)).toContain('****1864');
      const done = await desk.approve(asked);
      expect(done.body.status).toBe('approved');
      const rows = await desk.database.db.rows<{ text: string }>('SELECT a::text AS text FROM approval a WHERE id = $1', [
        asked.id,
      ]);
      expect(rows[0]?.text).toContain('1864');
      for (const told of [rows[0]?.text, JSON.stringify(asked), JSON.stringify(done.body)]) expect(told).not.toContain(account);
    }
  });

  it('is in the reader’s language, and the same thing in each; its result is the maker’s answer', async () => {
    const award = await desk.committed();
    const asked = await desk.ask(`/awards/${award.id}/disbursements`, payment());
    const headers = { 'accept-language': 'en' };
    const english = await desk.finance2.request<ApprovalDto>('GET', `/approvals/${asked.id}`, { headers });
    expect(english.body.preview.hash).toBe(asked.preview.hash);
    expect(english.body.preview.warnings[0]?.detail).not.toBe(asked.preview.warnings[0]?.detail);
    const body = { previewHash: asked.preview.hash };
    const done = await desk.finance2.post<Told>(`/approvals/${asked.id}/approve`, body, { headers });
    expect(done.body.preview.warnings[0]?.detail).toBe(english.body.preview.warnings[0]?.detail);
    expect(resultOf<AwardDto>(done).warnings?.[0]?.detail).toBe(asked.preview.warnings[0]?.detail);
  });
});

test('An officer’s payment in a fund without a policy needs one of finance, and no second', async () => {
  await askSecondPerson(desk.database, []);
  const award = await desk.committed();
  const path = `/awards/${award.id}/disbursements`;
  const refused = await officer2.post<Refusal>(path, payment());
  expect([403, 404]).toContain(refused.status);
  const asked = await desk.ask(path, payment({ amount: '60.00' }), desk.officer);
  expect(asked).toMatchObject({
    kind: 'disbursement',
    steps: { needed: 1 },
    mayDecide: expect.arrayContaining(['finance', 'finance2']),
  });
  expect((await desk.approve(asked, desk.finance)).body).toMatchObject({
    status: 'approved',
    result: { amounts: { disbursed: '60.00' } },
  });
  // Finance pays alone, where the fund asks for nobody.
  expect((await desk.finance.post(path, payment({ amount: '40.00' }))).status).toBe(201);
  await askSecondPerson(desk.database);
});

describe('A batch', () => {
  const offline = (more: object = {}) => awardRequest({ approvedOffline: true, ...more });
  const batch = (mode: 'each' | 'all', awards: object[], key: string = randomUUID()) =>
    desk.finance.post<AwardBatchResultDto & ApprovalDto & Refusal>('/awards/batch', { mode, awards }, { key });

  it('of mode each has what needs a second person wait item by item, and is answered the same again', async () => {
    const awards = [awardRequest(), offline(), awardRequest({ line: 'no-such-line' }), offline()];
    const [key, before] = [randomUUID(), await desk.entries()];
    const first = await batch('each', awards, key);
    expect(first.body.results.map(({ status }) => status)).toEqual([201, 202, 404, 202]);
    expect(first.body).toMatchObject({ accepted: 3, rejected: 1 });
    expect(await desk.entries()).toBe(before + 1);
    // Only what was refused is tried again.
    const again = async () => (await batch('each', awards, key)).body.results.filter(({ status }) => status < 400);
    const taken = first.body.results.filter(({ status }) => status < 400);
    expect(await again()).toEqual(taken);
    const [, one, , other] = first.body.results;
    const done = await desk.approve(one?.approval as ApprovalDto);
    expect(done.body).toMatchObject({
      status: 'approved',
      result: { approvalRef: awards[1]?.['approvalRef'], createdBy: 'finance' },
    });
    expect((await desk.reject(other?.approval as ApprovalDto)).body.status).toBe('rejected');
    expect(await again()).toEqual(taken);
    expect(await desk.entries()).toBe(before + 2);
  });

  it('of mode all waits as a whole, and is done as a whole', async () => {
    const awards = [awardRequest(), offline()];
    const [key, before] = [randomUUID(), await desk.entries()];
    const asked = await batch('all', awards, key);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'approved-offline', amount: '2.00', preview: { entryCount: 2 } } });
    expect(await desk.entries()).toBe(before);
    const again = await batch('all', awards, key);
    expect(again).toMatchObject({ status: 202, body: asked.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const done = await desk.approve(asked.body);
    const { results, ...counts } = resultOf<AwardBatchResultDto>(done);
    expect([counts, results.map(({ status }) => status)]).toEqual([{ accepted: 2, rejected: 0 }, [201, 201]]);
    expect(await desk.entries()).toBe(before + 2);
    const rows = await desk.database.db.rows('SELECT DISTINCT checked_by FROM journal_entry WHERE approval_id = $1', [
      asked.body.id,
    ]);
    expect(rows).toEqual([{ checked_by: [await desk.idOf('finance2')] }]);
  });

  it('of mode all that has come to be refused in part is not done at all', async () => {
    const late = awardRequest();
    const asked = await batch('all', [offline(), late]);
    // Meanwhile the second project has its subsidy.
    expect(
      (await desk.officer.post('/awards', { ...awardRequest(), enterprise: late['enterprise'], project: late['project'] }))
        .status,
    ).toBe(201);
    const before = await desk.entries();
    const stale = await desk.approve(asked.body);
    expect(stale).toMatchObject({
      status: 409,
      body: { code: 'approval-stale', preview: { problem: { code: 'project-already-subsidised' } } },
    });
    expect(await desk.entries()).toBe(before);
  });
});
