import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { creditCheck } from '../../src/parties/index.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { FindingDto, FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/* One project is one project, whatever code, line or finding it comes under (§二(九)2, domain §5). */

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly conflictingAward?: { readonly id: string; readonly number: string };
  readonly keys?: readonly { readonly kind: string; readonly fact?: string }[];
  readonly errors?: readonly { readonly pointer: string }[];
  readonly payments?: readonly { readonly number: string; readonly net: string }[];
  readonly holds?: readonly { readonly rule: string; readonly award?: { readonly number: string } }[];
  readonly rule?: string;
}

const FUND = 'gz-ecommerce';
const on = (day: string) => ({ effectiveOn: `2016-${day}` });

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let officer: Api;
let serial = 0;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  [finance, officer] = await Promise.all([app.api('finance'), app.api('officer')]);
  const ledger = app.app.get(Ledger);
  for (const line of ['manufacturing-app', 'market-app', 'rd-centre']) await fundLine(ledger, line, yuan('10000000.00'));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

/** An award request of an enterprise of its own, unless it is given. */
function request(more: Record<string, unknown> = {}): Record<string, unknown> {
  return awardRequest({ ...on('03-01'), ...more });
}

const enterprise = () => {
  serial += 1;
  const digits = String(serial).padStart(8, '0');
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (weights[at] ?? 0), 0);
  const check = (11 - (sum % 11)) % 11;
  return { name: `示例企業${serial}`, organizationCode: `${digits}${check === 10 ? 'X' : check}` };
};

const reserve = async (more: Record<string, unknown>, api = finance): Promise<AwardDto> => {
  const answer = await api.post<AwardDto>('/awards', request(more));
  expect([answer.status, answer.body]).toEqual([201, answer.body]);
  return answer.body;
};

const refused = async (more: Record<string, unknown>, api = finance): Promise<Refusal & { status: number }> => {
  const { status, body } = await api.post<Refusal>('/awards', request(more));
  return { ...body, status };
};

/** The open finding that names the award. */
async function findingOf(award: AwardDto): Promise<FindingDto> {
  let found: FindingDto | undefined;
  await until('the finding is open', async () => {
    const { body } = await finance.get<FindingPageDto>(`/findings?fund=${FUND}&rule=one-subsidy&status=open&limit=200`);
    found = body.items.find((one) => one.awards.some(({ id }) => id === award.id));
    return found !== undefined;
  });
  if (found === undefined) throw new Error('No finding');
  return found;
}

const isOnHold = async ({ id }: AwardDto): Promise<boolean> => (await finance.get<AwardDto>(`/awards/${id}`)).body.onHold;

describe('A second award is refused and says which key met', () => {
  it('one title under two codes and under none', async () => {
    const of = { enterprise: enterprise(), line: 'manufacturing-app' };
    const first = await reserve({ ...of, project: { title: '工廠直銷平臺', code: 'X-1' } });
    for (const project of [
      { title: '工厂直销平台', code: 'X-2' },
      { title: '工場直銷平臺🙂' },
      { title: '廣州市工廠直銷平臺', code: 'X-3' },
    ]) {
      for (const line of ['manufacturing-app', 'market-app']) {
        const facts = line === 'market-app' ? { specialisedMarket: true } : {};
        expect(await refused({ ...of, line, facts, project })).toMatchObject({
          status: 409,
          code: 'project-already-subsidised',
          conflictingAward: { id: first.id, number: first.number },
          keys: [{ kind: 'title' }],
        });
      }
    }
    expect(await refused({ ...of, project: { title: '另一個平臺', code: 'x‐1' } })).toMatchObject({
      code: 'project-already-subsidised',
      keys: [{ kind: 'code' }],
    });
    expect(await reserve({ ...of, project: { title: '另一個平臺', code: 'X-2' } })).toMatchObject({ onHold: false });
  });

  it('one patent on two lines; in another enterprise or year it is against the rule', async () => {
    const facts = (patentNumber: string) => ({ kind: 'domestic-patent', patentNumber });
    const title = { zhHant: '專利資助', zhHans: '专利资助', en: 'Patents' };
    const fact = { name: 'patentNumber', title, type: 'text', required: true };
    const rule = { amount: { kind: 'discretionary' }, uniqueFacts: ['patentNumber'], facts: [fact] };
    const line = {
      code: 'patents',
      section: '二(六)2',
      title,
      leadAgencies: ['市經貿委'],
      form: 'subsidy',
      reservable: true,
      rule,
    };
    expect((await finance.post(`/funds/${FUND}/lines`, line)).status).toBe(201);
    const of = { enterprise: enterprise() };
    const first = await reserve({ ...of, line: 'rd-centre', facts: facts('ZL201610000001'), project: { title: '專利甲' } });
    const same = { line: 'patents', facts: { patentNumber: 'zl 2016-1000 0001' }, project: { title: '專利乙' } };
    expect(await refused({ ...of, ...same })).toMatchObject({
      code: 'project-already-subsidised',
      conflictingAward: { id: first.id },
      keys: [{ kind: 'fact', fact: 'patentNumber' }],
    });
    expect(await refused({ enterprise: enterprise(), ...same })).toMatchObject({
      status: 422,
      code: 'line-rule-violated',
      rule: 'unique-fact',
    });
    // Two patents under one title are two projects.
    expect(
      await reserve({ ...of, line: 'rd-centre', facts: facts('ZL201610000002'), project: { title: '專利甲' } }),
    ).toMatchObject({ onHold: false });
  });
});

describe('Different projects that meet', () => {
  it('are told apart by finance alone, and a third must be exempt of each', async () => {
    const of = { enterprise: enterprise(), project: { title: '分揀系統' } };
    const first = await reserve(of);
    const distinctFrom = [{ award: first.id, reason: '兩個倉庫,分別驗收' }];
    expect(await refused({ ...of, distinctFrom }, officer)).toMatchObject({ status: 403 });
    const stranger = await reserve({ enterprise: enterprise(), project: { title: '分揀系統' } });
    expect(await refused({ ...of, distinctFrom: [{ award: stranger.id, reason: 'x' }] })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/distinctFrom/0/award' }],
    });
    const second = await reserve({ ...of, distinctFrom });
    expect(second.onHold).toBe(false);
    expect(await refused(of)).toMatchObject({ code: 'project-already-subsidised' });
    expect(await refused({ ...of, distinctFrom })).toMatchObject({
      code: 'project-already-subsidised',
      conflictingAward: { id: second.id },
    });
    const both = [first, second].map(({ id }) => ({ award: id, reason: '第三個倉庫' }));
    expect(await reserve({ ...of, distinctFrom: both })).toMatchObject({ onHold: false });
  });

  it('are exempt when their finding is dismissed, and keep all their keys', async () => {
    const of = { enterprise: enterprise(), project: { title: '倉儲系統' } };
    const first = await reserve({ ...of, amount: '300000.00' });
    const second = await reserve({ ...of, amount: '100000.00', approvedOffline: true });
    expect(second.onHold).toBe(true);
    const { id } = await findingOf(second);
    const dismissed = await finance.post<FindingDto>(`/findings/${id}/resolve`, { resolution: 'dismiss', reason: '兩個倉庫' });
    expect(dismissed.body).toMatchObject({ status: 'dismissed', resolution: 'dismiss' });
    expect([await isOnHold(first), await isOnHold(second)]).toEqual([false, false]);
    expect(await refused(of)).toMatchObject({ code: 'project-already-subsidised' });
    const third = await reserve({ ...of, amount: '50000.00', approvedOffline: true });
    expect(third.onHold).toBe(true);
    expect((await findingOf(third)).awards.map((award) => award.id)).toEqual([first.id, second.id, third.id]);
  });
});

describe('A settlement does not heal a breach', () => {
  it('keep beside a paid award: refused, or the money is demanded back and the finding stays open until it has come', async () => {
    const of = { enterprise: enterprise(), project: { title: '展示系統' } };
    const paid = await reserve({ ...of, amount: '1000.00' });
    await finance.post(`/awards/${paid.id}/commitments`, { documentNo: 'C', ...on('04-01') });
    await finance.post(`/awards/${paid.id}/disbursements`, { amount: '1.00', paymentRef: 'ONE-1', ...on('04-02') });
    const other = await reserve({ ...of, amount: '500000.00', approvedOffline: true });
    const finding = await findingOf(other);
    const path = `/findings/${finding.id}/resolve`;
    const keep = { resolution: 'keep', award: other.id, reason: '金額較高', ...on('05-01') };

    const first = await finance.post<Refusal>(path, keep);
    expect([first.status, first.body.code]).toEqual([409, 'award-has-payments']);
    expect(first.body.payments).toMatchObject([{ number: paid.number, net: '1.00' }]);
    const settled = await finance.post<FindingDto>(path, { ...keep, demand: true });
    expect([settled.status, settled.body.status]).toEqual([200, 'open']);
    expect([await isOnHold(paid), await isOnHold(other)]).toEqual([true, false]);
    expect((await finance.get<AwardDto>(`/awards/${paid.id}`)).body.holds).toEqual([
      { rule: 'one-subsidy', finding: finding.id, detail: '同一項目同一年度只扶持一項(二(九)2),另有一項有效' },
    ]);
    expect((await finance.get<AwardDto>(`/awards/${other.id}`)).body.holds).toEqual([]);

    const [demand] = (await finance.get<AwardDto>(`/awards/${paid.id}`)).body.demands ?? [];
    expect(demand).toMatchObject({ amount: '1.00', received: '0.00' });
    const held = await finance.post<Refusal>(`/awards/${paid.id}/disbursements`, {
      amount: '1.00',
      paymentRef: 'ONE-2',
      ...on('05-02'),
    });
    expect([held.status, held.body.code, held.body.holds]).toMatchObject([
      409,
      'award-on-hold',
      [{ rule: 'one-subsidy', award: { number: other.number } }],
    ]);
    const received = { amount: '1.00', demandId: demand?.id, receiptRef: 'ONE-R-1', ...on('05-03') };
    expect((await finance.post(`/awards/${paid.id}/recoveries`, received)).status).toBe(201);
    expect(
      (await finance.post(`/awards/${paid.id}/releases`, { from: 'committed', reason: '重複', ...on('05-04') })).status,
    ).toBe(201);
    await until('the finding ends', async () => {
      const { body } = await finance.get<FindingDto>(`/findings/${finding.id}`);
      return body.status === 'resolved' && body.resolution === 'cause-gone';
    });
    expect((await finance.post(`/awards/${other.id}/commitments`, { documentNo: 'C', ...on('05-05') })).status).toBe(201);
  });

  it('acknowledge: listed until a date, and open again after it', async () => {
    const of = { enterprise: enterprise(), project: { title: '培訓系統' } };
    await reserve({ ...of, amount: '3000.00' });
    const held = await reserve({ ...of, amount: '1000.00', approvedOffline: true });
    const { id } = await findingOf(held);
    const path = `/findings/${id}/resolve`;
    const acknowledge = { resolution: 'acknowledge', reason: '待市政府批覆' };
    for (const [more, pointer] of [
      [{}, '/until'],
      [{ until: '2016-01-01' }, '/until'],
      [{ until: '2999-12-31', demand: true }, '/demand'],
    ] as const) {
      const answer = await finance.post<Refusal>(path, { ...acknowledge, ...more });
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    }
    const known = await finance.post<FindingDto>(path, { ...acknowledge, until: '2999-12-31' });
    expect(known.body).toMatchObject({ status: 'acknowledged', resolution: 'acknowledge', until: '2999-12-31' });
    expect(known.body).not.toHaveProperty('resolvedAt');
    expect(await isOnHold(held)).toBe(true);
    const run = async () => {
      const asked = await finance.post<{ id: string }>('/reconciliation-runs', { fund: FUND, fiscalYear: 2016 });
      await until('the run ends', async () => {
        const { body } = await finance.get<{ status: string }>(`/reconciliation-runs/${asked.body.id}`);
        return body.status === 'completed';
      });
    };
    await run();
    expect((await finance.get<FindingDto>(`/findings/${id}`)).body.status).toBe('acknowledged');
    await asOwner(database, (owner) => owner.query(`UPDATE finding SET until = '2020-01-01' WHERE id = $1`, [id]));
    await run();
    const again = (await finance.get<FindingDto>(`/findings/${id}`)).body;
    expect(again).toMatchObject({ status: 'open' });
    expect(again).not.toHaveProperty('until');
  });
});

describe('An enterprise that comes under something else', () => {
  it('is warned of in the reader’s language, and the other name and credit code are kept', async () => {
    const codes = ['4401', '4403'].map((area) => {
      const body = `91${area}01MA59EX0A2`;
      return `${body}${creditCheck(body) ?? ''}`;
    });
    const [first, second] = codes;
    const known = await reserve({ enterprise: { name: '示例甲公司', creditCode: first }, project: { title: '甲' } });
    expect(known).not.toHaveProperty('warnings');
    const body = request({ enterprise: { name: '示例乙公司', creditCode: second }, project: { title: '乙' } });
    const answer = await finance.request<AwardDto>('POST', '/awards', { body, headers: { 'accept-language': 'en' } });
    expect([answer.status, answer.body.enterprise.id, answer.body.enterprise.name]).toEqual([
      201,
      known.enterprise.id,
      '示例甲公司',
    ]);
    expect(answer.body.warnings).toEqual([
      { code: 'another-name', detail: 'The organization code is known as “示例甲公司”, which stays its name' },
      {
        code: 'another-credit-code',
        detail: `The organization code is known by the credit code ${first ?? ''}; ${second ?? ''} is kept as another one of it`,
      },
    ]);
    const { body: shown } = await finance.get(`/enterprises/${known.enterprise.id}`);
    expect(shown).toMatchObject({
      name: '示例甲公司',
      creditCode: first,
      otherNames: ['示例乙公司'],
      otherCreditCodes: [second],
    });
  });
});

describe('An award that breaks the rule of now', () => {
  it('is neither committed nor paid, whether or not a run has found it, until finance declares it payable', async () => {
    const title = { zhHant: '示例比例', zhHans: '示例比例', en: 'A rate' };
    const facts = [{ name: 'salary', title, type: 'money', required: true }];
    const rule = { amount: { kind: 'rate', of: 'salary', rate: '1' }, facts };
    const said = { effectiveOn: '2016-01-01', reason: '示例', documentNo: '示例〔2016〕1號' };
    const code = 'rated';
    const line = { code, section: '二(四)2', title, leadAgencies: ['市經貿委'], form: 'reward', reservable: true, rule };
    expect((await finance.post(`/funds/${FUND}/lines`, line)).status).toBe(201);
    await finance.post(`/funds/${FUND}/years/2016/budget-entries`, {
      ...{ kind: 'appropriation', amount: '10000.00', reason: '示例', documentNo: '示例' },
      ...on('01-05'),
    });
    await finance.post(`/funds/${FUND}/years/2016/budget-entries`, {
      ...{ kind: 'allotment', line: code, amount: '10000.00', reason: '示例', documentNo: '示例' },
      ...on('01-06'),
    });
    const award = await reserve({ line: code, amount: '1000.00', facts: { salary: '1000.00' } });
    expect((await finance.post(`/awards/${award.id}/commitments`, { documentNo: 'C', ...on('04-01') })).status).toBe(201);
    const changed = await finance.request('PATCH', `/funds/${FUND}/lines/${code}`, {
      body: { rule: { ...rule, amount: { kind: 'rate', of: 'salary', rate: '0.1' } }, ...said },
      headers: { 'if-match': '"1"' },
    });
    expect(changed.status).toBe(200);
    const pay = (paymentRef: string, day: string) =>
      finance.post<Refusal>(`/awards/${award.id}/disbursements`, { amount: '10.00', paymentRef, ...on(day) });
    const refusal = await pay('RATE-1', '05-01');
    expect([refusal.status, refusal.body.code, refusal.body.holds]).toMatchObject([
      409,
      'award-on-hold',
      [{ rule: 'line-rule' }],
    ]);

    let found: FindingDto | undefined;
    await until('the breach is found', async () => {
      await finance.post('/reconciliation-runs', { fund: FUND, fiscalYear: 2016 });
      const { body } = await finance.get<FindingPageDto>(`/findings?fund=${FUND}&rule=line-rule&limit=200`);
      found = body.items.find((one) => one.awards.some(({ id }) => id === award.id));
      return found !== undefined;
    });
    const path = `/findings/${found?.id ?? ''}/resolve`;
    const held = [{ rule: 'line-rule', finding: found?.id, detail: '不符合支出方向的規定' }];
    await until('it is held', () => isOnHold(award));
    expect((await finance.get<AwardDto>(`/awards/${award.id}`)).body.holds).toEqual(held);
    expect((await finance.get<{ items: AwardDto[] }>(`/awards?line=${code}&onHold=true`)).body.items).toHaveLength(1);
    for (const resolution of ['keep', 'dismiss']) {
      expect((await finance.post<Refusal>(path, { resolution, reason: '不理' })).body.errors).toMatchObject([
        { pointer: '/resolution' },
      ]);
    }
    const known = { resolution: 'acknowledge', reason: '舊規定下批准', until: '2999-12-31' };
    expect((await finance.post<FindingDto>(path, known)).body.status).toBe('acknowledged');
    expect((await pay('RATE-2', '05-02')).body.code).toBe('award-on-hold');
    expect((await finance.post(path, { ...known, payable: true })).status).toBe(200);
    expect(await isOnHold(award)).toBe(false);
    expect((await pay('RATE-3', '05-03')).status).toBe(201);
    expect((await finance.post(path, known)).status).toBe(200);
    expect((await pay('RATE-4', '05-04')).body.code).toBe('award-on-hold');
    await finance.post('/reconciliation-runs', { fund: FUND, fiscalYear: 2016 });
    await until('it is held again', () => isOnHold(award));
    // The rule is put right: the hold goes with its cause.
    const right = await finance.request('PATCH', `/funds/${FUND}/lines/${code}`, {
      body: { rule, ...said },
      headers: { 'if-match': '"2"' },
    });
    expect(right.status).toBe(200);
    await finance.post('/reconciliation-runs', { fund: FUND, fiscalYear: 2016 });
    await until('it is held no longer', async () => !(await isOnHold(award)));
    expect((await pay('RATE-5', '05-05')).status).toBe(201);
  });
});
