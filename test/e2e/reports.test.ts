import { parse } from 'csv-parse/sync';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { recordEntry, transferLegs } from '../support/record-entry.js';

const QUERY = 'fund=gz-ecommerce&fiscalYear=2016';
const LINE = 'market-app';

interface ReportAnswer {
  readonly report: string;
  readonly columns: { readonly key: string; readonly title: string }[];
  readonly fiscalYear: number | null;
  readonly fiscalYears: number[];
  readonly rows: Record<string, string | number | null>[];
  readonly totals: Record<string, string>;
  readonly recordedAsOf: string | null;
  readonly generatedAt: string;
  readonly asOf: string | null;
  readonly illustrative: boolean;
}

let database: TestDatabase;
let app: TestApp;
let auditor: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  await asOwner(database, async (owner) => {
    await recordEntry(owner, {
      kind: 'appropriation',
      fiscalYear: 2016,
      effectiveOn: '2016-01-04',
      legs: transferLegs({ account: 4110 }, { account: 4450 }, 50_000_000_000n),
    });
    await recordEntry(owner, {
      kind: 'allotment',
      fiscalYear: 2016,
      effectiveOn: '2016-02-01',
      line: LINE,
      documentNo: '=HYPERLINK("x")',
      legs: transferLegs({ account: 4450 }, { account: 4610, line: LINE }, 20_000_000_00n),
    });
  });
  app = await startApp({ url: database.url });
  auditor = await app.api('auditor');
});

afterAll(async () => {
  await app.close();
  await database.close();
});

describe('GET /reports/{report}', () => {
  it.each(['budget-execution', 'trial-balance', 'account-ledger', 'payments'])(
    'answers %s as a table, taking account and line',
    async (report) => {
      const { status, body } = await auditor.get<ReportAnswer>(`/reports/${report}?${QUERY}&account=4610&line=${LINE}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ report, fund: 'gz-ecommerce', fiscalYear: 2016, asOf: null, recordedAsOf: null });
      expect(Date.parse(body.generatedAt)).toBeGreaterThan(Date.now() - 60_000);
      const keys = body.columns.map((column) => column.key);
      for (const row of body.rows) expect(Object.keys(row)).toEqual(keys);
    },
  );

  it('adds up: debits are credits, and the execution is the position', async () => {
    const { body: balance } = await auditor.get<ReportAnswer>(`/reports/trial-balance?${QUERY}`);
    expect(balance.totals['debit']).toBe('520000000.00');
    expect(balance.totals['credit']).toBe(balance.totals['debit']);
    const { body: execution } = await auditor.get<ReportAnswer>(`/reports/budget-execution?${QUERY}`);
    const { body: position } = await auditor.get<Record<string, string>>('/funds/gz-ecommerce/years/2016');
    for (const key of ['appropriated', 'unallotted', 'allotted', 'available', 'executionRate']) {
      expect([key, execution.totals[key]]).toEqual([key, position[key]]);
    }
  });

  it('takes both clocks together and says the instant it used', async () => {
    const asked = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await auditor.get<ReportAnswer>(`/reports/trial-balance?${QUERY}&asOf=2016-01-31&recordedAsOf=${asked}`);
    expect(body.asOf).toBe('2016-01-31');
    expect(Date.parse(body.recordedAsOf ?? '')).toBeLessThan(Date.now());
    expect(body.totals['debit']).toBe('500000000.00');
  });

  it.each([
    ['zh-Hant', '支出方向', '收回結餘'],
    ['zh-Hans', '支出方向', '收回结余'],
    ['en', 'Programme line', 'Lapsed'],
  ])('has its titles in %s', async (language, first, lapsed) => {
    const answer = await auditor.request<ReportAnswer>('GET', `/reports/budget-execution?${QUERY}`, {
      headers: { 'accept-language': language },
    });
    expect(answer.headers.get('content-language')).toBe(language);
    expect(answer.headers.get('vary')).toContain('Accept-Language');
    expect(answer.body.columns.map((column) => column.title)).toEqual(expect.arrayContaining([first, lapsed]));
  });

  it('gives the same table as CSV', async () => {
    const answer = await auditor.get<string>(`/reports/account-ledger?${QUERY}&account=4610&line=${LINE}&format=csv`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="account-ledger-gz-ecommerce-2016.csv"');
    const [titles, row, end] = answer.body.split('\r\n');
    expect(titles).toContain('業務日期');
    expect(row).toContain(`"'=HYPERLINK(""x"")"`);
    expect(row).toMatch(/,0\.00,20000000\.00,20000000\.00$/);
    expect(end).toBe('');
  });

  it('gives the budget execution with the year itself as a second table, which JSON has in its totals', async () => {
    const path = `/reports/budget-execution?${QUERY}`;
    const { body: json } = await auditor.get<ReportAnswer>(path);
    const { body: text } = await auditor.request<string>('GET', `${path}&format=csv`, { headers: { 'accept-language': 'en' } });
    const [lines, year, ...none] = text
      .split('\r\n\r\n')
      .map((part) => parse<Record<string, string>>(part, { bom: true, columns: true }));
    expect(none).toEqual([]);
    expect(lines).toHaveLength(19);
    expect(year?.[0]).toEqual({ Item: 'appropriated', 'Item title': 'Appropriation', Amount: '500000000.00' });
    const amounts = Object.fromEntries((year ?? []).map((row) => [row['Item'], row['Amount']]));
    expect(amounts).toEqual(json.totals);
    expect(amounts).toMatchObject({ resources: '500000000.00', unallotted: '480000000.00', available: '20000000.00' });
    const answer = await auditor.request<string>('GET', `${path}&format=csv`, { headers: { 'accept-language': 'zh-Hans' } });
    expect(answer.body).toContain('\r\n\r\n项目,项目名称,金额\r\nappropriated,预算批复,500000000.00\r\n');
  });

  it('keeps a text of two lines in its cell, as another reader sees it', async () => {
    const reason = '第一行\n=1+1';
    await asOwner(database, async (owner) => {
      const legs = transferLegs({ account: 4450 }, { account: 4610, line: 'training' }, 1_00n);
      const more = { line: 'training', reason, documentNo: '\r=2' };
      await recordEntry(owner, {
        kind: 'appropriation',
        fiscalYear: 2015,
        effectiveOn: '2015-02-01',
        legs: transferLegs({ account: 4110 }, { account: 4450 }, 1_00n),
      });
      await recordEntry(owner, { kind: 'allotment', fiscalYear: 2015, effectiveOn: '2015-02-01', legs, ...more });
    });
    const path = '/reports/account-ledger?fund=gz-ecommerce&fiscalYear=2015&account=4610';
    const { body } = await auditor.request<string>('GET', `${path}&format=csv`, { headers: { 'accept-language': 'en' } });
    const rows = parse<Record<string, string>>(body, { bom: true, columns: true, record_delimiter: ['\r\n', '\n', '\r'] });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ Reason: reason, Document: "'\r=2", Balance: '1.00' });
    // JSON keeps the texts as they were said.
    expect((await auditor.get<ReportAnswer>(path)).body.rows[0]).toMatchObject({ reason, documentNo: '\r=2' });
  });

  it('gives an account ledger by business date, or as it was recorded', async () => {
    const legs = (amountFen: bigint) => transferLegs({ account: 4450 }, { account: 4610, line: 'ipo' }, amountFen);
    await asOwner(database, async (owner) => {
      for (const [effectiveOn, amountFen] of [
        ['2016-06-01', 1n],
        ['2016-03-01', 2n],
        ['2016-06-01', 4n],
        ['2016-02-01', 8n],
      ] as const) {
        await recordEntry(owner, { kind: 'allotment', fiscalYear: 2016, effectiveOn, line: 'ipo', legs: legs(amountFen) });
      }
    });
    const path = `/reports/account-ledger?${QUERY}&account=4610&line=ipo`;
    const rows = async (order: string) =>
      (await auditor.get<ReportAnswer>(`${path}${order}`)).body.rows.map((row) => [
        row['number'],
        row['effectiveOn'],
        row['balance'],
      ]);
    const byDate = [
      ['4', '2016-02-01', '0.08'],
      ['2', '2016-03-01', '0.10'],
      ['1', '2016-06-01', '0.11'],
      ['3', '2016-06-01', '0.15'],
    ];
    expect(await rows('')).toEqual(byDate);
    expect(await rows('&order=effective&asOf=2016-03-31')).toEqual(byDate.slice(0, 2));
    expect((await rows('&order=recorded')).map(([number, , balance]) => [number, balance])).toEqual([
      ['1', '0.01'],
      ['2', '0.03'],
      ['3', '0.07'],
      ['4', '0.15'],
    ]);
  });

  describe('of several years', () => {
    const YEARS = 'fund=gz-ecommerce&fiscalYear=2014,2013';
    const [given, paid] = [345_000_000_16n, 64_191_061_00n];

    beforeAll(async () => {
      const line = { account: 4610, line: LINE };
      await asOwner(database, async (owner) => {
        for (const [year, amountFen, paidFen] of [
          [2013, 1_00n, 0n],
          [2014, given, paid],
        ] as const) {
          const base = { fiscalYear: year, effectiveOn: `${year}-02-01`, line: LINE };
          await recordEntry(owner, {
            ...base,
            kind: 'appropriation',
            legs: transferLegs({ account: 4110 }, { account: 4450 }, amountFen),
          });
          await recordEntry(owner, { ...base, kind: 'allotment', legs: transferLegs({ account: 4450 }, line, amountFen) });
          if (paidFen === 0n) continue;
          await recordEntry(owner, {
            ...base,
            kind: 'disburse',
            legs: transferLegs(line, { account: 4902, line: LINE }, paidFen),
          });
        }
      });
    });

    const whole = async (report: string, more = '') =>
      (await auditor.get<ReportAnswer>(`/reports/${report}?${YEARS}${more}`)).body;
    const csv = async (report: string, more = '') => {
      const path = `/reports/${report}?${YEARS}${more}&format=csv`;
      const answer = await auditor.request<string>('GET', path, { headers: { 'accept-language': 'en' } });
      expect(answer.headers.get('content-disposition')).toContain(`${report}-gz-ecommerce-2013-2014.csv`);
      return answer.body.split('\r\n\r\n').map((part) => parse<Record<string, string>>(part, { bom: true, columns: true }));
    };

    it('says in each row of which year it is, and has the totals of all of them', async () => {
      for (const [report, more] of [
        ['budget-execution', ''],
        ['trial-balance', ''],
        ['account-ledger', '&account=4610'],
      ] as const) {
        const body = await whole(report, more);
        expect([report, body.fiscalYear, body.fiscalYears]).toEqual([report, null, [2013, 2014]]);
        expect(body.columns[0]?.key).toBe('fiscalYear');
        expect(new Set(body.rows.map((row) => row['fiscalYear']))).toEqual(new Set([2013, 2014]));
        // Year by year the rows are those of the year alone.
        const alone: unknown[] = [];
        for (const year of [2013, 2014]) {
          const { body: one } = await auditor.get<ReportAnswer>(`/reports/${report}?fund=gz-ecommerce&fiscalYear=${year}${more}`);
          expect([one.fiscalYear, one.fiscalYears]).toEqual([year, [year]]);
          alone.push(...one.rows.map((row) => ({ fiscalYear: year, ...row })));
        }
        expect(body.rows).toEqual(alone);
        const [rows] = await csv(report, more);
        expect(rows?.map((row) => row['Fiscal year'])).toEqual(body.rows.map((row) => String(row['fiscalYear'])));
      }
    });

    it('sums up their budget execution, and rounds the rate of the whole half up', async () => {
      const { totals, rows } = await whole('budget-execution');
      expect(totals).toMatchObject({ appropriated: '345000001.16', disbursed: '64191061.00', executionRate: '0.1861' });
      expect(rows.find((row) => row['fiscalYear'] === 2014 && row['line'] === LINE)?.['executionRate']).toBe('0.1861');
      const { body: position } = await auditor.get<Record<string, string>>('/funds/gz-ecommerce/years/2014');
      expect(position['executionRate']).toBe('0.1861');
      const [, years] = await csv('budget-execution');
      const amounts = (year: string) =>
        Object.fromEntries((years ?? []).filter((row) => row['Fiscal year'] === year).map((row) => [row['Item'], row['Amount']]));
      expect(amounts('2013')).toMatchObject({
        appropriated: '1.00',
        resources: '1.00',
        available: '1.00',
        executionRate: '0.0000',
      });
      expect(amounts('2014')).toMatchObject({ appropriated: '345000000.16', disbursed: '64191061.00', executionRate: '0.1861' });
      expect(amounts('All years')).toEqual(totals);
    });

    it('sums up their trial balance and account ledger', async () => {
      const { totals } = await whole('trial-balance');
      expect(totals['debitBalance']).toBe('345000001.16');
      expect(totals['creditBalance']).toBe(totals['debitBalance']);
      const ledger = await whole('account-ledger', `&account=4610&line=${LINE}`);
      expect(ledger.rows.map((row) => [row['fiscalYear'], row['balance']])).toEqual([
        [2013, '1.00'],
        [2014, '345000000.16'],
        [2014, '280808939.16'],
      ]);
      expect(ledger.totals).toEqual({ opening: '0.00', debit: '64191061.00', credit: '345000001.16', balance: '280808940.16' });
    });

    it('refuses a year that is named twice, is none, or is not the fund’s, and more than fifty', async () => {
      const answer = async (years: string) => {
        const { status, body } = await auditor.get<{ errors?: { pointer: string }[] }>(
          `/reports/trial-balance?fund=gz-ecommerce&${years}`,
        );
        return [status, body.errors?.[0]?.pointer];
      };
      const fifty = Array.from({ length: 50 }, (_, index) => 1_950 + index);
      for (const years of ['2016,2016', '2015,', ',2015', '2015, 2016', '2015;2016', '15', '3000', [...fifty, 2016].join(',')]) {
        expect([years, ...(await answer(`fiscalYear=${years}`))]).toEqual([years, 400, '/query/fiscalYear']);
      }
      expect(await answer('fiscalYear=2015&fiscalYear=2016')).toEqual([400, '/query/fiscalYear']);
      expect(await answer('fiscalYear=2016,2050')).toEqual([404, undefined]);
      expect(await answer(`fiscalYear=${fifty.join(',')}`)).toEqual([404, undefined]);
    });
  });

  it('marks demonstration data as illustrative: in JSON and in the name of a file, while the table stays the same', async () => {
    const path = `/reports/budget-execution?${QUERY}`;
    const inLanguage = (language: string) =>
      auditor.request<string>('GET', `${path}&format=csv`, { headers: { 'accept-language': language } });
    const real = await inLanguage('en');
    expect((await auditor.get<ReportAnswer>(path)).body.illustrative).toBe(false);
    expect(real.headers.get('content-disposition')).toBe('attachment; filename="budget-execution-gz-ecommerce-2016.csv"');

    await database.db.rows('UPDATE fund SET illustrative = true');
    const [json, made, madeInSimplified] = [
      await auditor.get<ReportAnswer>(path),
      await inLanguage('en'),
      await inLanguage('zh-Hans'),
    ];
    await database.db.rows('UPDATE fund SET illustrative = false');
    expect(json.body.illustrative).toBe(true);
    expect(made.headers.get('content-disposition')).toBe(
      `attachment; filename="illustrative-budget-execution-gz-ecommerce-2016.csv"; filename*=UTF-8''illustrative-budget-execution-gz-ecommerce-2016.csv`,
    );
    expect(madeInSimplified.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent('示例数据')}-budget-execution-gz-ecommerce-2016.csv`,
    );
    expect(made.body).toBe(real.body);
  });

  it('is empty for a draft year, whose lines have no accounts yet', async () => {
    const finance = await app.api('finance');
    await finance.post('/funds', { code: 'pilot', name: '試點資金', annualAmount: '1.00', firstYear: 2020, lastYear: 2020 });
    const { body: line } = await finance.get<object>(`/funds/gz-ecommerce/lines/${LINE}`);
    const { code, section, title, leadAgencies, form, reservable, rule } = line as Record<string, unknown>;
    await finance.post('/funds/pilot/lines', { code, section, title, leadAgencies, form, reservable, rule });
    const { status, body } = await auditor.get<ReportAnswer>(
      `/reports/account-ledger?fund=pilot&fiscalYear=2020&account=4610&line=${LINE}`,
    );
    expect([status, body.rows, body.totals['balance']]).toEqual([200, [], '0.00']);
  });

  it('refuses what it cannot give', async () => {
    const code = async (path: string) => {
      const { status, body } = await auditor.get<{ code: string; errors?: { pointer: string; detail: string }[] }>(path);
      return [status, body.code, body.errors?.[0]?.pointer];
    };
    expect(await code(`/reports/nothing?${QUERY}`)).toEqual([404, 'not-found', undefined]);
    expect(await code('/reports/trial-balance?fund=nothing&fiscalYear=2016')).toEqual([404, 'not-found', undefined]);
    expect(await code('/reports/trial-balance?fund=gz-ecommerce&fiscalYear=2050')).toEqual([404, 'not-found', undefined]);
    expect(await code('/reports/trial-balance?fund=gz-ecommerce')).toEqual([400, 'validation-failed', '/query/fiscalYear']);
    expect(await code(`/reports/trial-balance?${QUERY}&format=xlsx`)).toEqual([400, 'validation-failed', '/query/format']);
    expect(await code(`/reports/trial-balance?${QUERY}&asOf=2016-02-30`)).toEqual([400, 'validation-failed', '/query/asOf']);
    expect(await code(`/reports/trial-balance?${QUERY}&nothing=1`)).toEqual([400, 'validation-failed', '/query/nothing']);
    expect(await code(`/reports/trial-balance?${QUERY}&order=date`)).toEqual([400, 'validation-failed', '/query/order']);
    expect(await code(`/reports/account-ledger?${QUERY}`)).toEqual([400, 'validation-failed', '/query/account']);
    expect(await code(`/reports/account-ledger?${QUERY}&account=4610&line=nothing`)).toEqual([404, 'not-found', undefined]);
    const { body } = await auditor.request<{ errors: { detail: string }[] }>(
      'GET',
      `/reports/trial-balance?${QUERY}&format=pdf`,
      {
        headers: { 'accept-language': 'en' },
      },
    );
    expect(body.errors[0]?.detail).toBe('must be one of json, csv');
    // A CSV answer that is refused is a problem too, not half a file.
    expect(await code(`/reports/account-ledger?${QUERY}&account=1&format=csv`)).toEqual([
      400,
      'validation-failed',
      '/query/account',
    ]);
  });

  it('is whole for every role, and closed to nobody signed in', async () => {
    for (const user of ['finance', 'officer', 'officer2', 'admin']) {
      const { status, body } = await (await app.api(user)).get<ReportAnswer>(`/reports/budget-execution?${QUERY}`);
      expect([user, status, body.rows.length]).toEqual([user, 200, 19]);
    }
    expect((await (await app.api(null)).get(`/reports/budget-execution?${QUERY}`)).status).toBe(401);
  });
});
