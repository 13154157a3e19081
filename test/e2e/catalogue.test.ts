import { seedDemonstration } from '../../src/demonstration/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Indexer } from '../../src/search/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { ledgerConfig, openLedger } from '../support/ledger.js';

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
interface Line {
  readonly code: string;
  readonly version: number;
  readonly leadAgencies: readonly string[];
  readonly reason?: string;
  readonly rule: Record<string, unknown>;
}
interface Enterprise {
  readonly id: string;
  readonly name: string;
  readonly organizationCode: string;
  readonly awards: { readonly count: number; readonly awarded: string };
}

const FUND = '/funds/gz-ecommerce';
const TITLE = { zhHant: '直播電商', zhHans: '直播电商', en: 'Live streaming' };
const NEW_LINE = {
  code: 'livestream',
  section: '二(二)3',
  title: TITLE,
  leadAgencies: ['市經貿委'],
  form: 'subsidy',
  reservable: true,
  rule: {
    amount: { kind: 'rate', of: 'cost', rate: '0.2' },
    facts: [{ name: 'cost', title: TITLE, type: 'money', required: true }],
  },
};

describe('funds, lines, years and enterprises over HTTP', () => {
  let database: TestDatabase;
  let app: TestApp;
  let finance: Api;
  let officer: Api;
  let auditor: Api;

  beforeAll(async () => {
    database = await testDatabase();
    await seedDemonstrationUsers(database.db);
    await seedDemonstration({
      db: database.db,
      ledger: openLedger(database.db),
      config: ledgerConfig(),
      secret: 'a secret of the tests',
    });
    app = await startApp({ url: database.url });
    [finance, officer, auditor] = (await Promise.all(['finance', 'officer', 'auditor'].map((user) => app.api(user)))) as [
      Api,
      Api,
      Api,
    ];
  }, 120_000);
  afterAll(async () => {
    await app.close();
    await database.close();
  });

  it('shows the fund of the policy, illustrative as it is here', async () => {
    const { status, body } = await auditor.get(FUND);
    expect(status).toBe(200);
    expect(body).toEqual({
      code: 'gz-ecommerce',
      name: '廣州市電子商務發展專項資金',
      names: {
        zhHant: '廣州市電子商務發展專項資金',
        zhHans: '广州市电子商务发展专项资金',
        en: 'Guangzhou E-commerce Development Fund',
      },
      leadAgencies: ['市經貿委', '市發展改革委'],
      annualAmount: '500000000.00',
      firstYear: 2013,
      lastYear: 2017,
      illustrative: true,
    });
    expect((await auditor.get<Problem>('/funds/unknown')).body.code).toBe('not-found');
  });

  it('makes a fund once, with drafts that are opened one by one', async () => {
    const body = { code: 'pilot', name: '試點資金', annualAmount: '1000.5', firstYear: 2020, lastYear: 2021 };
    const first = await finance.post<Problem>('/funds', body, { key: 'fund-1' });
    expect(first.status).toBe(201);
    const again = await finance.post('/funds', body, { key: 'fund-1' });
    expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, first.body, 'true']);
    expect((await finance.post<Problem>('/funds', { ...body, name: '別名' }, { key: 'fund-1' })).body.code).toBe(
      'idempotency-key-reused',
    );
    expect((await finance.post<Problem>('/funds', body)).body.code).toBe('already-exists');
    expect((await finance.post<Problem>('/funds', { ...body, lastYear: 2019 })).body.code).toBe('validation-failed');

    expect((await finance.get<{ status: string }>('/funds/pilot/years/2020')).body).toMatchObject({
      status: 'draft',
      illustrative: false,
      lines: [],
    });
    const opened = await finance.post<{ status: string }>('/funds/pilot/years/2020/open');
    expect([opened.status, opened.body.status]).toEqual([200, 'open']);
    expect((await finance.post<Problem>('/funds/pilot/years/2020/open')).body.code).toBe('already-decided');
    expect((await officer.post<Problem>('/funds/pilot/years/2021/open')).status).toBe(403);
  });

  it('pages through the lines in the order of the policy', async () => {
    const first = await auditor.get<Page<Line>>(`${FUND}/lines?limit=12`);
    const second = await auditor.get<Page<Line>>(`${FUND}/lines?limit=12&cursor=${first.body.nextCursor ?? ''}`);
    const codes = [...first.body.items, ...second.body.items].map((line) => line.code);
    expect(codes.slice(0, 3)).toEqual(['cluster-park', 'platform-top3', 'demo-enterprise']);
    expect([codes.length, second.body.nextCursor]).toEqual([19, null]);
    expect((await auditor.get<Problem>(`/funds/pilot/lines?cursor=${first.body.nextCursor ?? ''}`)).status).toBe(400);
  });

  it.each([
    ['zh-Hant', '本條只規定優先推薦,不安排本專項資金'],
    ['zh-Hans', '本条只规定优先推荐,不安排本专项资金'],
    ['en', 'this clause only grants a priority recommendation, no money of this fund'],
  ])('says in %s why a line cannot be reserved', async (language, reason) => {
    const headers = { 'accept-language': language };
    const shown = await auditor.request<Line>('GET', `${FUND}/lines/standards`, { headers });
    expect([shown.body.reason, shown.headers.get('content-language')]).toEqual([reason, language]);
    const { body } = await auditor.request<Page<Line>>('GET', `${FUND}/lines`, { headers });
    expect(body.items.find((line) => line.code === 'standards')?.reason).toBe(reason);
  });

  it('keeps the reason that finance gives as it is written, whatever the language', async () => {
    const body = { ...NEW_LINE, code: 'expo', reservable: false, reason: '本年度不受理' };
    expect((await finance.post<Line>(`${FUND}/lines`, body)).body.reason).toBe('本年度不受理');
    const path = `${FUND}/lines/expo`;
    const english = { 'accept-language': 'en' };
    expect((await finance.request<Line>('GET', path, { headers: english })).body.reason).toBe('本年度不受理');
    const change = (version: number, fields: object) =>
      finance.request<Line>('PATCH', path, { body: fields, headers: { ...english, 'if-match': `"${version}"` } });
    expect((await change(1, { section: '二(二)4' })).body.reason).toBe('本年度不受理');
    expect((await change(2, { reason: 'no calls this year' })).body.reason).toBe('no calls this year');
    expect((await change(3, { reservable: true })).body).not.toHaveProperty('reason');
    const open = { ...NEW_LINE, code: 'fair', reason: '本年度不受理' };
    expect((await finance.post<Line>(`${FUND}/lines`, open)).body).not.toHaveProperty('reason');
  });

  it('adds a line, and changes it for who has read its version', async () => {
    expect((await officer.post(`${FUND}/lines`, NEW_LINE)).status).toBe(403);
    const added = await finance.post<Line>(`${FUND}/lines`, NEW_LINE);
    expect([added.status, added.body.version]).toEqual([201, 1]);
    const path = `${FUND}/lines/livestream`;
    const tag = (await finance.get(path)).headers.get('etag') ?? '';
    const change = { rule: { ...NEW_LINE.rule, quota: 5 }, reason: '示例', documentNo: '示例〔2016〕1號' };
    expect((await finance.request<Problem>('PATCH', path, { body: change })).body.code).toBe('precondition-required');
    const changed = await finance.request<Line>('PATCH', path, { body: change, headers: { 'if-match': tag } });
    expect([changed.status, changed.body.version, changed.body.rule['quota']]).toEqual([200, 2, 5]);
    expect((await finance.request<Problem>('PATCH', path, { body: change, headers: { 'if-match': tag } })).status).toBe(412);
  });

  it('knows an agency in whichever script it is typed, so that its officers find the line', async () => {
    const body = { ...NEW_LINE, code: 'community', leadAgencies: ['市经贸委', '市經貿委'] };
    const added = await finance.post<Line>(`${FUND}/lines`, body);
    expect([added.status, added.body.leadAgencies]).toEqual([201, ['市經貿委']]);
    const path = `${FUND}/lines/community`;
    const change = (leadAgencies: string[]) =>
      finance.request<Line & Problem>('PATCH', path, { body: { leadAgencies }, headers: { 'if-match': '"1"' } });
    expect((await change(['金融辦'])).body.errors?.[0]?.pointer).toBe('/leadAgencies');
    expect((await change(['市金融办'])).body.leadAgencies).toEqual(['市金融辦']);
  });

  it.each<[string, object, string]>([
    ['an unknown member', { surprise: 1 }, '/surprise'],
    ['no agency', { leadAgencies: [] }, '/leadAgencies'],
    ['an agency without 市', { leadAgencies: ['市經貿委', '經貿委'] }, '/leadAgencies'],
    ['null where it may be left out', { payee: null }, '/payee'],
    ['no reason though it is closed', { reservable: false }, '/reason'],
    ['no form though it is open', { form: 'none' }, '/form'],
    ['a number for money', { rule: { amount: { kind: 'fixed', amount: 5 }, facts: [] } }, '/rule/amount/amount'],
    [
      'more than 32 KiB',
      {
        rule: {
          ...NEW_LINE.rule,
          facts: ['one', 'two'].map((name) => ({
            ...{ name, title: TITLE, type: 'text', required: false },
            equals: Array.from({ length: 50 }, (_, n) => `${n}`.padEnd(200, '字')),
          })),
        },
      },
      '/rule',
    ],
    ['a fixed amount that is missing', { rule: { amount: { kind: 'fixed' }, facts: [] } }, '/rule/amount/amount'],
    ['a rate of a fact that is not there', { rule: { amount: { kind: 'rate', of: 'salary' }, facts: [] } }, '/rule/amount/of'],
    ['a rate of zero', { rule: { ...NEW_LINE.rule, amount: { kind: 'rate', of: 'cost', rate: '0.0' } } }, '/rule/amount/rate'],
    ['a unique fact that is not there', { rule: { ...NEW_LINE.rule, uniqueFacts: ['isbn'] } }, '/rule/uniqueFacts/0'],
    [
      'years of a person on a line of enterprises',
      { rule: { ...NEW_LINE.rule, maxConsecutiveYears: 3 } },
      '/rule/maxConsecutiveYears',
    ],
    [
      'a fact twice',
      { rule: { ...NEW_LINE.rule, facts: [NEW_LINE.rule.facts[0], NEW_LINE.rule.facts[0]] } },
      '/rule/facts/1/name',
    ],
    ['a bound of another type', { rule: ruleWith({ type: 'integer', min: 'three' }) }, '/rule/facts/1/min'],
    ['bounds the wrong way round', { rule: ruleWith({ type: 'integer', min: 3, max: 1 }) }, '/rule/facts/1/max'],
    ['a choice of another type', { rule: ruleWith({ type: 'boolean', equals: 'yes' }) }, '/rule/facts/1/equals'],
    [
      'a condition on itself',
      { rule: ruleWith({ type: 'text', when: { fact: 'extra', equals: 'a' } }) },
      '/rule/facts/1/when/fact',
    ],
    ['a fact without a type', { rule: ruleWith({}) }, '/rule/facts/1/type'],
  ])('refuses a line with %s', async (_, change, pointer) => {
    const { status, body } = await finance.post<Problem>(`${FUND}/lines`, { ...NEW_LINE, code: 'another', ...change });
    expect([status, body.code]).toEqual([400, 'validation-failed']);
    expect(body.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it('answers positions now and at either clock, and refuses what is no clock', async () => {
    const years = await auditor.get<Page<{ fiscalYear: number; illustrative: boolean }>>(`${FUND}/years`);
    expect(years.body.items.map((year) => year.fiscalYear)).toEqual([2017, 2016, 2015, 2014, 2013]);
    expect(years.body.items.map((year) => year.illustrative)).toEqual([true, true, true, true, true]);
    const now = await officer.get<Record<string, unknown>>(`${FUND}/years/2016`);
    expect(now.body).toMatchObject({
      fiscalYear: 2016,
      status: 'open',
      illustrative: true,
      appropriated: '500000000.00',
      adjusted: '0.00',
    });
    expect(now.body).not.toHaveProperty('asOf');
    const january = await officer.get<Record<string, unknown>>(`${FUND}/years/2016?asOf=2016-01-10`);
    expect(january.body).toMatchObject({
      asOf: '2016-01-10',
      appropriated: '500000000.00',
      unallotted: '500000000.00',
      reserved: '0.00',
    });
    const before = await officer.get<Record<string, unknown>>(`${FUND}/years/2016?recordedAsOf=2016-01-10T00:00:00Z`);
    expect(before.body).toMatchObject({ recordedAsOf: '2016-01-10T00:00:00.000Z', appropriated: '0.00' });
    for (const query of ['asOf=2016-02-30', 'recordedAsOf=yesterday', 'surprise=1']) {
      expect((await officer.get<Problem>(`${FUND}/years/2016?${query}`)).status).toBe(400);
    }
    expect((await officer.get(`${FUND}/years/1999`)).status).toBe(404);
    expect((await officer.get(`${FUND}/years/abc`)).status).toBe(400);
  });

  it('shows enterprises to every role, but what they were awarded within the agency only', async () => {
    await app.app.get(Indexer).catchUp();
    const found = await auditor.get<Page<Enterprise>>(`/enterprises?q=${encodeURIComponent('第201號')}`);
    expect(found.body.items).toHaveLength(1);
    const [enterprise] = found.body.items;
    const simplified = await auditor.get<Page<Enterprise>>(`/enterprises?q=${encodeURIComponent('第201号')}`);
    expect(simplified.body.items).toEqual(found.body.items);
    const byCode = await officer.get<Page<Enterprise>>(`/enterprises?q=${enterprise?.organizationCode.toLowerCase() ?? ''}`);
    expect(byCode.body.items.map((item) => item.id)).toEqual([enterprise?.id]);
    const path = `/enterprises/${enterprise?.id ?? ''}`;
    expect((await auditor.get<Enterprise>(path)).body.awards).toMatchObject({ count: 2, awarded: '3500000.00' });
    expect((await officer.get<Enterprise>(path)).body).toMatchObject({
      name: enterprise?.name,
      awards: { count: 0, awarded: '0.00' },
    });
    expect((await auditor.get('/enterprises/01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await auditor.get('/enterprises/no-id')).status).toBe(400);
    const first = await auditor.get<Page<Enterprise>>('/enterprises?limit=3');
    const next = await auditor.get<Page<Enterprise>>(`/enterprises?limit=3&cursor=${first.body.nextCursor ?? ''}`);
    const ids = [...first.body.items, ...next.body.items].map((item) => item.id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
  });

  it('takes the texts of every line back as they are read', async () => {
    const { body } = await finance.get<Page<Line & Record<string, unknown>>>(`${FUND}/lines`);
    const refused: unknown[] = [];
    for (const { code, version, section, title, pays, reading } of body.items) {
      const headers = { 'if-match': `"${version}"` };
      const answer = await finance.request<Problem>('PATCH', `${FUND}/lines/${code}`, {
        headers,
        body: { section, title, pays, reading },
      });
      if (answer.status !== 200) refused.push([code, answer.body.errors]);
    }
    expect(refused).toEqual([]);
  });
});

function ruleWith(fact: object): object {
  return { ...NEW_LINE.rule, facts: [...NEW_LINE.rule.facts, { name: 'extra', title: TITLE, required: true, ...fact }] };
}
