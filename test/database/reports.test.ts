import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { formatYuan, type Problem, ProblemError } from '../../src/kernel/index.js';
import { openReport, type AskedReport } from '../../src/reports/read-report.js';
import type { LedgerOrder } from '../../src/reports/report.js';
import { csvOf } from '../../src/reports/renderers/csv.js';
import { JSON_ROW_LIMIT, jsonOf } from '../../src/reports/renderers/json.js';
import { nextStretch } from '../../src/reports/tables/account-ledger.sql.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { recordEntry, transferLegs } from '../support/record-entry.js';

const LINE = 'manufacturing-app';
const OTHER = 'market-app';
const available = { account: 4610, line: LINE };

let database: TestDatabase;
let owner: pg.Client;

async function report(asked: Partial<AskedReport>) {
  const opened = await openReport(database.db, {
    report: 'trial-balance',
    fund: 'gz-ecommerce',
    fiscalYears: [2016],
    asOf: null,
    recordedAsOf: null,
    agency: null,
    month: null,
    account: null,
    line: null,
    order: 'effective',
    language: 'en',
    ...asked,
  });
  return { recordedAsOf: opened.recordedAsOf, ...(await jsonOf(opened.table, asked.language ?? 'en')) };
}

async function csv(asked: Partial<AskedReport>): Promise<string> {
  const { table } = await openReport(database.db, {
    report: 'account-ledger',
    fund: 'gz-ecommerce',
    fiscalYears: [2016],
    asOf: null,
    recordedAsOf: null,
    agency: null,
    month: null,
    account: null,
    line: null,
    order: 'effective',
    language: 'zh-Hant',
    ...asked,
  });
  let text = '';
  for await (const chunk of csvOf(table, asked.language ?? 'zh-Hant')) text += String(chunk);
  return text;
}

const refusal = async (work: Promise<unknown>): Promise<Problem> => {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ProblemError)) throw new Error(`Not refused: ${String(thrown)}`);
  return thrown.problem;
};

const base = { fiscalYear: 2016, line: LINE };
let afterAllotment: Date;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await recordEntry(owner, {
    kind: 'appropriation',
    fiscalYear: 2016,
    effectiveOn: '2016-01-04',
    legs: transferLegs({ account: 4110 }, { account: 4450 }, 50_000_000_000n),
  });
  await recordEntry(owner, {
    ...base,
    kind: 'allotment',
    effectiveOn: '2016-02-01',
    documentNo: '=2+3',
    legs: transferLegs({ account: 4450 }, available, 1_000_000_00n),
  });
  afterAllotment = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await recordEntry(owner, {
    ...base,
    kind: 'reserve',
    effectiveOn: '2016-05-01',
    legs: transferLegs(available, { account: 4700, line: LINE }, 300_000_00n),
  });
  // Recorded after the reservation, dated before it.
  await recordEntry(owner, {
    ...base,
    kind: 'virement',
    effectiveOn: '2016-03-01',
    reason: '@SUM(A1)',
    details: { fromLine: LINE, toLine: OTHER },
    legs: transferLegs(available, { account: 4610, line: OTHER }, 50_000_00n),
  });
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

describe('trial balance 試算平衡表', () => {
  it('shows every account of the year, debits equal to credits in turnover and in balance', async () => {
    const { rows, totals } = await report({});
    const accounts = await database.db.rows<{ count: bigint }>('SELECT count(*) FROM account WHERE fiscal_year = 2016');
    expect(rows).toHaveLength(Number(accounts[0]?.count));
    expect(rows.find((row) => row['account'] === '4610' && row['line'] === LINE)).toMatchObject({
      accountTitle: 'Available',
      debit: '350000.00',
      credit: '1000000.00',
      debitBalance: '0.00',
      creditBalance: '650000.00',
    });
    expect(totals).toEqual({
      debit: '501350000.00',
      credit: '501350000.00',
      debitBalance: '500000000.00',
      creditBalance: '500000000.00',
    });
  });

  it('counts by the business date, by the recording, and by both', async () => {
    const balanceOf = async (asked: Partial<AskedReport>) =>
      (await report(asked)).rows.find((row) => row['account'] === '4610' && row['line'] === LINE)?.['creditBalance'];
    expect(await balanceOf({ asOf: '2016-03-31' })).toBe('950000.00');
    expect(await balanceOf({ recordedAsOf: afterAllotment })).toBe('1000000.00');
    expect(await balanceOf({ asOf: '2016-01-31', recordedAsOf: afterAllotment })).toBe('0.00');
    expect(await balanceOf({ asOf: '2016-12-31', recordedAsOf: new Date() })).toBe('650000.00');
  });

  it('reads its titles in the language asked for', async () => {
    expect((await report({ language: 'zh-Hans' })).columns[0]).toEqual({ key: 'account', title: '科目' });
    expect((await report({ language: 'zh-Hans' })).rows[0]).toMatchObject({ account: '4110', accountTitle: '预算批复' });
  });
});

describe('budget execution 預算執行表', () => {
  it('is the position, line by line, with the year in the totals', async () => {
    const { rows, totals } = await report({ report: 'budget-execution', account: 'ignored', line: 'ignored' });
    expect(rows).toHaveLength(19);
    expect(rows.find((row) => row['line'] === LINE)).toMatchObject({
      allotted: '950000.00',
      available: '650000.00',
      reserved: '300000.00',
    });
    expect(totals).toMatchObject({
      appropriated: '500000000.00',
      unallotted: '499000000.00',
      allotted: '1000000.00',
      executionRate: '0.0000',
    });
  });

  it('takes both clocks at once', async () => {
    const { rows, recordedAsOf } = await report({ report: 'budget-execution', asOf: '2016-02-28', recordedAsOf: afterAllotment });
    expect(rows.find((row) => row['line'] === LINE)).toMatchObject({ allotted: '1000000.00', available: '1000000.00' });
    expect(recordedAsOf).toEqual(afterAllotment);
  });
});

describe('account ledger 明細賬', () => {
  const ledgerOf = async (asked: Partial<AskedReport>) => {
    const { rows, totals } = await report({ report: 'account-ledger', account: '4610', line: LINE, ...asked });
    const keys = ['kind', 'effectiveOn', 'counterpart', 'debit', 'credit', 'balance'];
    return { totals, rows: rows.map((row) => keys.map((key) => row[key])) };
  };
  const whole = { opening: '0.00', debit: '350000.00', credit: '1000000.00', balance: '650000.00' };

  it('runs by business date, so that its balances are those of the dates, with counterpart', async () => {
    const { rows, totals } = await ledgerOf({});
    expect(rows).toEqual([
      ['allotment', '2016-02-01', '4450', '0.00', '1000000.00', '1000000.00'],
      ['virement', '2016-03-01', `4610 ${OTHER}`, '50000.00', '0.00', '950000.00'],
      ['reserve', '2016-05-01', '4700', '300000.00', '0.00', '650000.00'],
    ]);
    expect(totals).toEqual(whole);
    for (const [, date, , , , balance] of rows) {
      const position = await report({ report: 'budget-execution', asOf: String(date) });
      expect(position.rows.find((row) => row['line'] === LINE)?.['available']).toBe(balance);
    }
  });

  it('runs in the order of recording, where that is asked for', async () => {
    const { rows, totals } = await ledgerOf({ order: 'recorded' });
    expect(rows).toEqual([
      ['allotment', '2016-02-01', '4450', '0.00', '1000000.00', '1000000.00'],
      ['reserve', '2016-05-01', '4700', '300000.00', '0.00', '700000.00'],
      ['virement', '2016-03-01', `4610 ${OTHER}`, '50000.00', '0.00', '650000.00'],
    ]);
    expect(totals).toEqual(whole);
  });

  it('lists by either clock only what counts', async () => {
    const kinds = async (asked: Partial<AskedReport>) =>
      (await report({ report: 'account-ledger', account: '4610', line: LINE, ...asked })).rows.map((row) => row['kind']);
    expect(await kinds({ asOf: '2016-03-31' })).toEqual(['allotment', 'virement']);
    expect(await kinds({ recordedAsOf: afterAllotment })).toEqual(['allotment']);
    expect(await kinds({ asOf: '2016-01-31', recordedAsOf: afterAllotment })).toEqual([]);
  });

  it('without a line shows all lines, each with its own balance; a line on a year account is ignored', async () => {
    const all = await report({ report: 'account-ledger', account: '4610' });
    expect(all.rows.map((row) => [row['line'], row['balance']])).toContainEqual([OTHER, '50000.00']);
    expect(all.totals).toMatchObject({ balance: '700000.00' });
    expect((await report({ report: 'account-ledger', account: '4110', line: LINE })).rows).toHaveLength(1);
  });

  it('refuses an account that is missing or unknown, and an unknown line', async () => {
    expect(await refusal(report({ report: 'account-ledger' }))).toMatchObject({
      code: 'validation-failed',
      errors: [{ pointer: '/query/account' }],
    });
    expect(await refusal(report({ report: 'account-ledger', account: '9999' }))).toMatchObject({ code: 'validation-failed' });
    expect(await refusal(report({ report: 'account-ledger', account: '4610', line: 'nowhere' }))).toMatchObject({
      code: 'not-found',
    });
  });

  it('as CSV carries a byte order mark and no formula', async () => {
    const text = await csv({ account: '4610', line: LINE });
    const lines = text.split('\r\n');
    expect(text.startsWith('\uFEFF支出方向,')).toBe(true);
    expect(lines).toHaveLength(1 + 3 + 1);
    expect(lines[1]).toContain(",'=2+3,");
    expect(lines[2]).toContain(",'@SUM(A1),");
  });
});

it('does not know other reports, funds and years', async () => {
  expect(await refusal(report({ report: 'nothing' }))).toMatchObject({ code: 'not-found' });
  expect(await refusal(report({ fund: 'nothing' }))).toMatchObject({ code: 'not-found' });
  expect(await refusal(report({ fiscalYears: [2016, 2050] }))).toMatchObject({ code: 'not-found' });
});

it('reads an account ledger of any length page by page, and refuses it as JSON beyond the limit', async () => {
  await owner.query('BEGIN');
  const count = JSON_ROW_LIMIT + 1;
  await owner.query(
    `WITH numbered AS (
       SELECT n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id FROM generate_series(1, $1::integer) n
     ), entry AS (
       INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
       SELECT f.id, e.id, 2017, 'appropriation', date '2017-12-31' - e.n % 3, now(), '00000000-0000-7000-8000-000000000000', 1 FROM fund f, numbered e
     ), moved AS (
       UPDATE account SET balance = $1, version = $1 WHERE fiscal_year = 2017 AND code IN (4110, 4450)
     )
     INSERT INTO posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
     SELECT a.fund_id, a.id, e.n, e.id, CASE a.code WHEN 4110 THEN 'D' ELSE 'C' END, 1, e.n, date '2017-12-31' - e.n % 3, now()
       FROM account a, numbered e WHERE a.fiscal_year = 2017 AND a.code IN (4110, 4450)`,
    [count],
  );
  await owner.query('COMMIT');
  const readBack = async (order: LedgerOrder) =>
    parse<Record<string, string>>(await csv({ fiscalYears: [2017], account: '4450', order, language: 'en' }), {
      bom: true,
      columns: true,
    });
  // The same stretch by stretch, as only longer accounts are read; a stretch ends in the middle of a day.
  const [account] = await database.db.rows<{ id: number; fund_id: number }>(
    'SELECT id, fund_id FROM account WHERE fiscal_year = 2017 AND code = 4450',
  );
  const stretches = async (order: LedgerOrder) => {
    const asked = {
      fundId: account?.fund_id ?? 0,
      accountId: account?.id ?? 0,
      lastVersion: BigInt(count),
      from: null,
      to: null,
      order,
    };
    const read: number[] = [];
    for (let after = { version: 0n, effectiveOn: '-infinity' }; ;) {
      const { versions, last_on: effectiveOn } = await nextStretch(database.db, { ...asked, after, limit: 1_500 });
      const version = versions.at(-1);
      if (version === undefined || effectiveOn === null) return read;
      read.push(...versions.map(Number));
      after = { version, effectiveOn };
    }
  };
  // Three days, the latest recorded first.
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const byDate = [2, 1, 0].flatMap((rest) => numbers.filter((number) => number % 3 === rest));
  for (const [order, wanted] of [
    ['recorded', numbers],
    ['effective', byDate],
  ] as const) {
    const rows = await readBack(order);
    expect(rows.map((row) => Number(row['No.']))).toEqual(wanted);
    expect(rows.map((row) => row['Balance'])).toEqual(numbers.map((number) => formatYuan(BigInt(number))));
    expect(await stretches(order)).toEqual(wanted);
  }
  expect(await refusal(report({ report: 'account-ledger', fiscalYears: [2017], account: '4450' }))).toMatchObject({
    code: 'validation-failed',
    errors: [{ pointer: '/query/format' }],
  });
});
