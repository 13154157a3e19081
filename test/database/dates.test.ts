import { businessDateOf } from '../../src/kernel/index.js';
import type { Ledger, LedgerEvent, PostResult } from '../../src/ledger/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';

/* Domain §3, Dates. Today lies in none of the fund's years: whatever is posted says when it was. */

let database: TestDatabase;
let ledger: Ledger;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
});
afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
});

const LINE = 'manufacturing-app';

function said(result: PostResult): string {
  if (result.ok) return 'posted';
  const [fault] = result.problem.errors ?? [];
  return [result.problem.code, fault?.pointer, result.problem.detail.en].filter(Boolean).join(' | ');
}

const tried = async (event: LedgerEvent): Promise<string> => said(await postOne(ledger, event));

/** A reservation of 2016-03-01, committed on 2016-04-15 and paid, 600,000.00, on 2016-05-01. */
async function paid(): Promise<string> {
  const { award } = await mustPost(ledger, reservation());
  const awardId = award?.id ?? '';
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: yuan('900000.00'), effectiveOn: '2016-04-15' });
  const payment = { amountFen: yuan('600000.00'), paymentRef: 'P-1', effectiveOn: '2016-05-01' };
  await mustPost(ledger, { kind: 'disburse', awardId, ...payment });
  return awardId;
}

test('Nothing is dated 31 December because nobody said when it was', async () => {
  const awardId = await paid();
  const today = businessDateOf(new Date());
  const expected = `validation-failed | /effectiveOn | Today (${today}) is outside the fiscal year 2016: state the business date`;
  const unsaid = { effectiveOn: null };
  const year = { fiscalYear: 2016, amountFen: 1n, ...unsaid };
  const events: LedgerEvent[] = [
    { kind: 'commit', awardId, amountFen: 1n, ...unsaid },
    { kind: 'disburse', awardId, amountFen: 1n, paymentRef: 'P-2', ...unsaid },
    { kind: 'release', awardId, from: 'reserved', amountFen: 1n, ...unsaid },
    { kind: 'recovery-demand', awardId, amountFen: 1n, paymentRef: 'P-1', ...unsaid },
    { kind: 'appropriation', ceilingDocumentNo: null, ...year },
    { kind: 'supplement', ceilingDocumentNo: null, ...year },
    { kind: 'reduction', line: null, override: null, ...year },
    { kind: 'allotment', line: LINE, ...year },
    { kind: 'allotment-return', line: LINE, ...year },
    { kind: 'virement', fromLine: LINE, toLine: 'market-app', ...year },
  ];
  for (const event of events) expect([event.kind, await tried(event)]).toEqual([event.kind, expected]);
});

test('A reservation has the date of its approval, where that lies in the year', async () => {
  const { award } = await mustPost(ledger, { ...reservation({ approvedOn: '2016-03-07' }), effectiveOn: null });
  expect(award).toMatchObject({ effectiveOn: '2016-03-07' });
  expect(await tried({ ...reservation({ approvedOn: '2015-12-07' }), effectiveOn: null })).toBe(
    'validation-failed | /effectiveOn | The approval lies outside the fiscal year 2016: state the business date',
  );
});

test('Nobody is approved in the future, before the fund was thought of, or after the reservation', async () => {
  const today = businessDateOf(new Date());
  expect(await tried(reservation({ approvedOn: '2030-01-01', effectiveOn: '2016-03-01' }))).toBe(
    `validation-failed | /approvedOn | The approval must not be after today (${today})`,
  );
  expect(await tried(reservation({ approvedOn: '1999-01-01', effectiveOn: '2016-03-01' }))).toBe(
    'validation-failed | /approvedOn | The approval must not be before 2012-01-01',
  );
  expect(await tried(reservation({ approvedOn: '2016-03-02', effectiveOn: '2016-03-01' }))).toBe(
    'validation-failed | /effectiveOn | The date must not be before the approval, 2016-03-02',
  );
  expect(await tried(reservation({ approvedOn: '2012-01-01', effectiveOn: '2016-03-01' }))).toBe('posted');
});

test('A refusal names the date that its figure is of, and why there is more today', async () => {
  await mustPost(ledger, reservation({ amountFen: yuan('1640330.18'), effectiveOn: '2016-02-01' }));
  const more = { kind: 'appropriation', fiscalYear: 2016, amountFen: yuan('58750.14'), ceilingDocumentNo: null } as const;
  await mustPost(ledger, { ...more, effectiveOn: '2016-06-01' });
  await mustPost(ledger, { ...more, kind: 'allotment', line: LINE, effectiveOn: '2016-06-30' });
  expect(await tried(reservation({ amountFen: yuan('8400000.00'), effectiveOn: '2016-03-02' }))).toBe(
    'insufficient-funds | On 2016-03-02 “E-commerce in manufacturing enterprises” can give 8,359,669.82; it has 8,418,419.96 today because of what was posted for 2016-06-30 and later',
  );
  expect(await tried(reservation({ amountFen: yuan('8418419.97'), effectiveOn: '2016-07-01' }))).toBe(
    'insufficient-funds | On 2016-07-01 “E-commerce in manufacturing enterprises” can give 8,418,419.96',
  );
});

test('Money is used by nobody before it is there: the refusal says since when it is', async () => {
  const awardId = await paid();
  const before = (effectiveOn: string) => ({ awardId, effectiveOn });
  const early = (date: string) => `validation-failed | /effectiveOn | The date must not be before ${date}`;
  const payment = { paymentRef: 'P-1', amountFen: yuan('1.00') };
  expect(await tried({ kind: 'commit', amountFen: null, ...before('2016-02-01') })).toBe(early('2016-03-01'));
  expect(await tried({ kind: 'disburse', amountFen: yuan('1.00'), paymentRef: 'P-2', ...before('2016-04-14') })).toBe(
    early('2016-04-15'),
  );
  expect(await tried({ kind: 'release', from: 'committed', amountFen: null, ...before('2016-04-14') })).toBe(early('2016-04-15'));
  expect(await tried({ kind: 'return', ...payment, ...before('2016-04-30') })).toBe(early('2016-05-01'));
  const demand = await mustPost(ledger, { kind: 'recovery-demand', ...payment, ...before('2016-12-15') });
  const recovery = { kind: 'recovery', amountFen: 1n, demandId: demand.entry?.id ?? '', receiptRef: 'R-1' } as const;
  expect(await tried({ ...recovery, ...before('2016-12-14') })).toBe(early('2016-12-15'));
  expect(await tried({ kind: 'disburse', amountFen: yuan('300000.01'), paymentRef: 'P-2', ...before('2016-06-01') })).toBe(
    'exceeds-open-amount | Only 300,000.00 is open (committed)',
  );
});

test('What comes back after the payment’s year is not money of that year', async () => {
  const awardId = await paid();
  const payment = { awardId, paymentRef: 'P-1', amountFen: yuan('1.00') };
  const demand = await mustPost(ledger, { kind: 'recovery-demand', ...payment, effectiveOn: '2016-12-15' });
  const recovery = { kind: 'recovery', awardId, amountFen: 1n, demandId: demand.entry?.id ?? '', receiptRef: 'R-1' } as const;
  for (const effectiveOn of [null, '2017-01-05']) {
    expect(await tried({ kind: 'return', ...payment, effectiveOn })).toMatch(/^year-passed/);
    expect(await tried({ ...recovery, effectiveOn })).toMatch(/^year-passed/);
  }
});

test('What is recovered in the year can be spent on the line again', async () => {
  const awardId = await paid();
  const payment = { awardId, paymentRef: 'P-1', amountFen: yuan('200000.00') };
  const available = async (): Promise<unknown> =>
    (
      await database.db.rows<{ balance: bigint }>(
        `SELECT a.balance FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE a.fiscal_year = 2016 AND a.code = 4610 AND l.code = $1`,
        [LINE],
      )
    )[0]?.balance;
  expect(await available()).toBe(yuan('9000000.00'));
  const demand = await mustPost(ledger, { kind: 'recovery-demand', ...payment, effectiveOn: '2016-11-01' });
  const recovery = { amountFen: yuan('200000.00'), demandId: demand.entry?.id ?? '', receiptRef: 'R-1' };
  await mustPost(ledger, { kind: 'recovery', awardId, ...recovery, effectiveOn: '2016-12-01' });
  expect(await available()).toBe(yuan('9200000.00'));
});

test('A hold is of the day on which it is put on, whatever the year, and holds up no date of the award', async () => {
  const first = reservation();
  const { award } = await mustPost(ledger, first);
  const offline = await mustPost(ledger, { ...first, amountFen: first.amountFen + 1n, approvedOffline: true });
  const awardIds = [award?.id ?? '', offline.award?.id ?? ''];
  await mustPost(ledger, { kind: 'assign-hold', awardIds, effectiveOn: null });
  const holds = await database.db.rows<{ date: string }>(
    `SELECT effective_on AS date FROM journal_entry WHERE kind = 'assign-hold'`,
  );
  expect(holds).toEqual(holds.map(() => ({ date: businessDateOf(new Date()) })));
  expect(holds.length).toBeGreaterThan(0);
  const release = { kind: 'release', awardId: award?.id ?? '', from: 'reserved', amountFen: null } as const;
  expect(await tried({ ...release, effectiveOn: '2016-04-01' })).toBe('posted');
});

test('An override that would have expired by its entry, or by today, covers nothing', async () => {
  await mustPost(ledger, reservation({ amountFen: yuan('10000000.00') }));
  const reduction = {
    kind: 'reduction',
    fiscalYear: 2016,
    line: LINE,
    amountFen: yuan('1.00'),
    effectiveOn: '2016-06-01',
  } as const;
  const today = businessDateOf(new Date());
  const until = (expiresOn: string) => tried({ ...reduction, override: { reason: '紀要', documentNo: '1', expiresOn } });
  for (const expiresOn of ['2016-05-31', '2016-12-31'])
    expect(await until(expiresOn)).toBe(`validation-failed | /override/expiresOn | An override must not expire before ${today}`);
  expect(await until(today)).toBe('posted');
});
