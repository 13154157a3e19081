import { findFund } from '../../src/budget/index.js';
import { addLine } from '../../src/budget/lines/change-line.js';
import { openYear } from '../../src/budget/years/open-year.js';
import type { NewLineDto } from '../../src/budget/lines/line-request.dto.js';
import { Directory } from '../../src/ledger/store/directory.js';
import type { Ledger } from '../../src/ledger/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FINANCE, fundLine, FUND, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/** Two processes: what the second adds, the first doesn't know. */
let database: TestDatabase;
let ledger: Ledger;
let other: Ledger;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  other = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
});

afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
});

/** Who waits for a lock of the transaction that asks. */
const WAITING = 'SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid';

const NEW_LINE = {
  code: 'illustrative-line',
  section: '示例',
  title: { zhHant: '示例支出方向', zhHans: '示例支出方向', en: 'Illustrative line' },
  leadAgencies: ['市經貿委'],
  form: 'subsidy',
  reservable: true,
  rule: { amount: { kind: 'discretionary' }, facts: [] },
} as const satisfies NewLineDto;

describe('While a line is below zero, the money of a line that another process adds counts as well', () => {
  const year = { fiscalYear: 2016, effectiveOn: '2016-02-01' } as const;
  const override = { reason: '紀要', documentNo: '1', expiresOn: '2999-12-31' };
  const addNewLine = async (): Promise<void> => {
    const [fund] = await database.db.rows<{ id: number }>('SELECT id FROM fund WHERE code = $1', [FUND]);
    await database.db.transaction((tx) => addLine(tx, fund?.id ?? 0, NEW_LINE, FINANCE.id));
  };
  const move = (kind: 'allotment' | 'allotment-return', line: string, amount: string) =>
    mustPost(other, { kind, ...year, line, amountFen: yuan(amount) });
  const reduce = (line: string, amount: string) =>
    mustPost(other, { kind: 'reduction', ...year, line, amountFen: yuan(amount), override });
  const reserve = (by: Ledger, amount: string) => postOne(by, reservation({ amountFen: yuan(amount) }));

  beforeEach(async () => {
    await fundLine(ledger, 'market-app', yuan('100.00'));
    await mustPost(ledger, {
      kind: 'appropriation',
      ...year,
      amountFen: yuan('4900.00'),
      ceilingDocumentNo: null,
    });
  });

  it('that was added since this process last looked', async () => {
    await addNewLine();
    await move('allotment', NEW_LINE.code, '4900.00');
    await reduce('market-app', '1200.00');
    // Free: 1,000.00 − 1,100.00, and 4,900.00 on the line that only the other process knows.
    expect(await reserve(ledger, '200.00')).toMatchObject({ ok: true });

    await move('allotment-return', NEW_LINE.code, '1100.00');
    await move('allotment', 'market-app', '1100.00');
    await reduce(NEW_LINE.code, '4400.00');
    // Free: 800.00, and 600.00 less than nothing on that line.
    expect(await reserve(ledger, '200.01')).toMatchObject({ ok: false, problem: { code: 'insufficient-funds' } });
    expect(await reserve(ledger, '200.00')).toMatchObject({ ok: true });
    expect(await reserve(other, '0.01')).toMatchObject({ ok: false, problem: { code: 'insufficient-funds' } });
  });

  it('that is added while this process waits for the locks', async () => {
    await reduce('market-app', '1200.00');
    await asOwner(database, async (owner) => {
      await owner.query('BEGIN');
      await owner.query('SELECT FROM account WHERE fiscal_year = 2016 AND code = 4110 FOR UPDATE');
      const sent = reserve(ledger, '500.00');
      await until('the year is to be locked', async () => (await owner.query(WAITING)).rowCount === 1);
      await addNewLine();
      await move('allotment', NEW_LINE.code, '4900.00');
      await owner.query('ROLLBACK');
      expect(await sent).toMatchObject({ ok: true });
    });
  });
});

describe('A year that another process opens', () => {
  const early = reservation({ fiscalYear: 2018, effectiveOn: '2018-03-01' });
  const open2018 = async (): Promise<void> => {
    const fund = await findFund(database.db, FUND);
    if (fund === null) throw new Error('No fund');
    expect(await database.db.transaction((tx) => openYear(tx, fund, 2018))).toMatchObject({ ok: true });
  };

  it('is open for this one at once, though it asked for it a moment before', async () => {
    expect(await postOne(ledger, early)).toMatchObject({ ok: false, problem: { code: 'year-not-open' } });
    await open2018();
    expect(await postOne(ledger, early)).toMatchObject({ ok: false, problem: { code: 'insufficient-funds' } });
  });

  it('while this one waits for a lock has it begin again', async () => {
    const events = [reservation({ amountFen: 1n }), early];
    const unit = { fund: FUND, actor: FINANCE, mode: 'each', request: null, events } as const;
    const results = await asOwner(database, async (owner) => {
      await owner.query('BEGIN');
      await owner.query('SELECT FROM account WHERE fiscal_year = 2016 AND code = 4610 FOR UPDATE');
      const sent = ledger.post(unit);
      await until('the lock is waited for', async () => (await owner.query(WAITING)).rowCount === 1);
      await open2018();
      await owner.query('ROLLBACK');
      return sent;
    });
    expect(results).toMatchObject([{ ok: true }, { ok: false, problem: { code: 'insufficient-funds' } }]);
  });

  it('is what has the lines and accounts of the fund read again; without one they are not', async () => {
    const directory = new Directory(database.db);
    const known = await directory.fund(FUND);
    if (known === null) throw new Error('No fund');
    expect(await directory.renewed(known, database.db)).toBe(known);
    await open2018();
    const renewed = await directory.renewed(known, database.db);
    expect(renewed.accounts.size - known.accounts.size).toBe(176);
    expect(await directory.fund(FUND)).toBe(renewed);
    expect(await directory.renewed(renewed, database.db)).toBe(renewed);
  });
});

test('A refusal names the line of the award in the way, also where another process has added that line', async () => {
  const first = reservation({ amountFen: yuan('1.00') });
  expect(await postOne(ledger, reservation({ amountFen: yuan('1.00') }))).toMatchObject({ ok: true });
  const [fund] = await database.db.rows<{ id: number }>('SELECT id FROM fund WHERE code = $1', [FUND]);
  await database.db.transaction((tx) => addLine(tx, fund?.id ?? 0, NEW_LINE, FINANCE.id));
  await mustPost(other, {
    kind: 'virement',
    fiscalYear: 2016,
    fromLine: 'manufacturing-app',
    toLine: NEW_LINE.code,
    amountFen: yuan('1.00'),
    effectiveOn: '2016-02-01',
  });
  await mustPost(other, { ...first, line: NEW_LINE.code });
  expect(await postOne(ledger, first)).toMatchObject({
    ok: false,
    problem: { code: 'project-already-subsidised', extras: { conflictingAward: { line: NEW_LINE.code } } },
  });
});
