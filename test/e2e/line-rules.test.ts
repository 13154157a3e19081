import type { AwardDto } from '../../src/awards/award.dto.js';
import type { LineRuleVersionDto } from '../../src/budget/lines/line-rule-version.dto.js';
import type { LineDto } from '../../src/budget/lines/programme-line.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { FUND, fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/*
 * A line's rule over HTTP (domain §5, Line rules): its versions and what they judge, what may be stated, and lines that give nothing.
 */

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly reason?: string;
  readonly rule?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  finance = await app.api('finance');
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const LINES = `/funds/${FUND}/lines`;
const line = async (code: string): Promise<LineDto> => (await finance.get<LineDto>(`${LINES}/${code}`)).body;

async function patch<T = LineDto>(code: string, body: object): Promise<{ status: number; body: T }> {
  const { version } = await line(code);
  return finance.request<T>('PATCH', `${LINES}/${code}`, { body, headers: { 'if-match': `"${version}"` } });
}

const reserve = (body: object) => finance.post<AwardDto & Refusal>('/awards', awardRequest({ ...body }));

describe('A rule that is changed', () => {
  const SAID = { reason: '按新細則', documentNo: '穗財〔2016〕8號' };
  const license = (licenceNumber: string) => ({ licenceNumber, businessKind: 'internet', registeredInGuangzhou: true });

  beforeAll(() => fundLine(app.app.get(Ledger), 'payment-licence', yuan('100000.00')));

  it('needs a reason and a document, and a day within the fund’s life', async () => {
    const { rule } = await line('payment-licence');
    const refused = await patch<Refusal>('payment-licence', { rule, effectiveOn: '2012-12-31' });
    expect([refused.status, refused.body.errors?.map(({ pointer }) => pointer)]).toEqual([
      400,
      ['/reason', '/documentNo', '/effectiveOn'],
    ]);
    const alone = await patch<Refusal>('payment-licence', { documentNo: '穗財〔2016〕8號' });
    expect([alone.status, alone.body.errors?.[0]?.pointer]).toEqual([400, '/documentNo']);
  });

  it('is the form of the aid as well, which needs the same and is a version of its own', async () => {
    const { ruleVersion, rule, form } = await line('mobile-innovation');
    expect(form).toBe('subsidy');
    const refused = await patch<Refusal>('mobile-innovation', { form: 'reward' });
    expect([refused.status, refused.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/reason', '/documentNo']]);
    // Today's rule, dated back beside a form, would judge anew what another rule has judged.
    const dated = await patch<Refusal>('mobile-innovation', { form: 'reward', effectiveOn: '2016-01-01', ...SAID });
    expect([dated.status, dated.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/effectiveOn']]);
    const changed = await patch('mobile-innovation', { form: 'reward', ...SAID });
    expect([changed.status, changed.body.form, changed.body.rule]).toEqual([200, 'reward', rule]);
    expect(changed.body.ruleVersion).toBe(ruleVersion + 1);
    // Why a line is closed isn't why its form changed.
    const { reason } = await line('standards');
    const closed = await patch('standards', { form: 'subsidy', ...SAID });
    expect([closed.status, closed.body.form, closed.body.reservable, closed.body.reason]).toEqual([
      200,
      'subsidy',
      false,
      reason,
    ]);
  });

  it('has rules from at most 100 days, today among them', async () => {
    await database.db.rows(
      `INSERT INTO line_rule_version (fund_id, line_id, number, valid_from, rule, reason, document_no, changed_by)
       SELECT v.fund_id, v.line_id, v.number + n, date '2014-01-01' + n::integer, v.rule, '示例', '示例', v.changed_by
         FROM line_rule_version v JOIN programme_line l ON l.fund_id = v.fund_id AND l.id = v.line_id
        CROSS JOIN generate_series(1, 99) n WHERE l.code = 'training'`,
    );
    const { rule } = await line('training');
    const full = await patch<Refusal>('training', { rule, ...SAID });
    expect([full.status, full.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/effectiveOn']]);
    expect((await patch('training', { rule, effectiveOn: '2014-01-02', ...SAID })).status).toBe(200);
  });

  it('judges what is reserved from its day on: dated back, awards that there are are held, and are free when it is put right', async () => {
    const before = await reserve({ line: 'payment-licence', facts: license('A-1'), amount: '100.00', effectiveOn: '2016-05-31' });
    const after = await reserve({ line: 'payment-licence', facts: license('A-2'), amount: '100.00', effectiveOn: '2016-06-01' });
    expect([before.status, after.status, after.body.ruleVersion]).toEqual([201, 201, 1]);
    const { rule } = await line('payment-licence');
    const changed = await patch('payment-licence', {
      rule: { ...rule, amount: { kind: 'fixed', amount: '50.00' } },
      effectiveOn: '2016-06-01',
      ...SAID,
    });
    expect([changed.status, changed.body.ruleVersion, changed.body.rule.amount]).toEqual([
      200,
      2,
      { kind: 'fixed', amount: '50.00' },
    ]);
    // Before any run has looked: commit decides by the rule of the award's own day.
    const commit = (award: AwardDto) =>
      finance.post<Refusal & AwardDto>(`/awards/${award.id}/commitments`, { documentNo: 'C', effectiveOn: '2016-07-01' });
    expect((await commit(before.body)).status).toBe(201);
    expect((await commit(after.body)).body).toMatchObject({ code: 'award-on-hold', holds: [{ rule: 'line-rule' }] });
    const shown = async (award: AwardDto) => (await finance.get<AwardDto>(`/awards/${award.id}`)).body;
    await until('a run has held it', async () => (await shown(after.body)).onHold);
    expect(await shown(after.body)).toMatchObject({ ruleVersion: 2, holds: [{ rule: 'line-rule' }] });
    expect(await shown(before.body)).toMatchObject({ ruleVersion: 1, onHold: false });

    // A reservation of each day is decided by the rule of that day.
    const early = await reserve({ line: 'payment-licence', facts: license('A-3'), amount: '60.00', effectiveOn: '2016-05-31' });
    const late = await reserve({ line: 'payment-licence', facts: license('A-4'), amount: '60.00', effectiveOn: '2016-06-02' });
    expect([early.status, late.status, late.body.rule]).toEqual([201, 422, 'amount-fixed']);

    expect((await patch('payment-licence', { rule, effectiveOn: '2016-06-01', ...SAID })).status).toBe(200);
    await until('it is free again', async () => !(await shown(after.body)).onHold);
    expect((await commit(after.body)).status).toBe(201);
    const { body } = await finance.get<{ items: LineRuleVersionDto[] }>(`${LINES}/payment-licence/rules`);
    expect(body.items.map(({ number, from, until: last, superseded }) => [number, from, last, superseded])).toEqual([
      [3, '2016-06-01', null, false],
      [2, '2016-06-01', null, true],
      [1, '2013-01-01', '2016-05-31', false],
    ]);
    expect(body.items[0]).toMatchObject({ ...SAID, changedBy: 'finance', rule });
  });

  it('that is still to come changes nothing before its day', async () => {
    const { rule } = await line('payment-licence');
    const changed = await patch('payment-licence', {
      rule: { ...rule, amount: { kind: 'fixed', amount: '1.00' } },
      effectiveOn: '2999-01-01',
      ...SAID,
    });
    expect([changed.status, changed.body.rule.amount]).toEqual([200, { kind: 'discretionary' }]);
    expect((await reserve({ line: 'payment-licence', facts: license('A-5'), amount: '70.00' })).status).toBe(201);
  });

  it('to once for an enterprise binds who was reserved while it was not so, whatever the order of the days', async () => {
    await fundLine(app.app.get(Ledger), 'market-app', yuan('1000.00'));
    const facts = { specialisedMarket: true };
    const { rule } = await line('market-app');
    const once = { ...rule, oncePerEnterprise: true };
    expect((await patch('market-app', { rule: once, effectiveOn: '2016-06-01', ...SAID })).status).toBe(200);
    const of = (project: string, effectiveOn: string, enterprise?: object) => {
      const body = awardRequest({ line: 'market-app', facts, amount: '1.00', effectiveOn, project: { title: project } });
      return enterprise === undefined ? body : { ...body, enterprise };
    };
    const first = of('市場甲', '2016-07-01');
    expect((await finance.post('/awards', first)).status).toBe(201);
    const [early, late] = [
      of('市場乙', '2016-05-01', first['enterprise'] as object),
      of('市場丙', '2016-07-02', first['enterprise'] as object),
    ];
    // By the rule of May there may be several; by that of July only one, and there is one.
    expect((await finance.post('/awards', early)).status).toBe(201);
    expect((await finance.post<Refusal>('/awards', late)).body.rule).toBe('once-per-enterprise');
    // Reserved in May by a rule that did not ask, and claimed all the same.
    const other = of('市場丁', '2016-05-01');
    expect((await finance.post('/awards', other)).status).toBe(201);
    expect((await finance.post<Refusal>('/awards', of('市場戊', '2016-07-03', other['enterprise'] as object))).body.rule).toBe(
      'once-per-enterprise',
    );
  });
});

describe('What is stated of an award', () => {
  beforeAll(async () => {
    await fundLine(app.app.get(Ledger), 'rd-centre', yuan('1000.00'));
    await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('1000.00'));
  });

  it.each([
    ['a fact that nobody asks for', 'manufacturing-app', { manufacturer: true, note: 'x' }, '/facts/note'],
    [
      'a fact beside its case',
      'rd-centre',
      { kind: 'technology-centre', recognised: true, patentNumber: 'Z' },
      '/facts/patentNumber',
    ],
    ['a fact of one of several cases that is missing', 'rd-centre', { kind: 'pct-invention' }, '/facts/patentNumber'],
    ['a value that is not among those allowed', 'rd-centre', { kind: 'patent' }, '/facts/kind'],
  ])('%s is refused, in the reader’s words', async (_, code, facts, pointer) => {
    const { status, body } = await reserve({ line: code, facts });
    expect([status, body.code, body.rule]).toEqual([422, 'line-rule-violated', 'facts']);
    expect(body.errors?.[0]?.pointer).toBe(pointer);
    expect(body.detail).not.toMatch(/[a-z]{2,}-[a-z]|true|false/);
  });

  it('may hold what the clause looks at without asking for it', async () => {
    expect((await reserve({ line: 'manufacturing-app', facts: { manufacturer: true } })).status).toBe(201);
    expect((await reserve({ line: 'manufacturing-app', facts: {} })).status).toBe(201);
    expect((await reserve({ line: 'manufacturing-app', facts: { manufacturer: false } })).body.rule).toBe('facts');
  });
});

describe('A line that gives nothing', () => {
  const entry = (body: object) =>
    finance.post<Refusal>(`/funds/${FUND}/years/2016/budget-entries`, {
      ...{ amount: '1.00', reason: '示例', documentNo: '示例', effectiveOn: '2016-02-01' },
      ...body,
    });

  it('takes no allotment and no virement either, and says why', async () => {
    await entry({ kind: 'appropriation', amount: '1000.00' });
    const allotment = await entry({ kind: 'allotment', line: 'standards' });
    expect([allotment.status, allotment.body.code, allotment.body.reason]).toEqual([
      409,
      'line-not-reservable',
      '本條只規定優先推薦,不安排本專項資金',
    ]);
    const virement = await entry({ kind: 'virement', fromLine: 'manufacturing-app', toLine: 'exhibition' });
    expect([virement.status, virement.body.code]).toEqual([409, 'line-not-reservable']);
  });

  it('is that of talent until finance has set its rate', async () => {
    expect(await line('talent')).toMatchObject({ reservable: false, reason: '財政尚未核定本支出方向的扶持比例' });
    expect((await entry({ kind: 'allotment', line: 'talent', amount: '500.00' })).body.code).toBe('line-not-reservable');
    const facts = { annualSalary: '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };
    const person = { name: '示例甲', identityNumber: '440100198001010010' };
    const award = { line: 'talent', facts, person, amount: '100.00' };
    expect((await reserve(award)).body.code).toBe('line-not-reservable');
    const { rule } = await line('talent');
    const rated = { ...rule, amount: { ...rule.amount, rate: '0.1' } };
    const said = { reason: '核定比例', documentNo: '穗財〔2016〕9號' };
    expect((await patch('talent', { rule: rated, effectiveOn: '2016-01-01', ...said })).body.reservable).toBe(true);
    expect((await entry({ kind: 'allotment', line: 'talent', amount: '500.00' })).status).toBe(201);
    expect((await reserve(award)).status).toBe(201);
  });
});

it('Lines say in three languages what they pay and how the clause is read', async () => {
  expect(await line('platform-top3')).toMatchObject({
    pays: { zhHant: '對全國排名前三的電子商務平臺企業的獎勵,每年總計500萬元', en: expect.any(String) as string },
    reading: { zhHans: expect.stringContaining('全年') as string },
  });
});
