import { FINANCE, fundLine, FUND, mustPost, OFFICER, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import type { Ledger } from '../../src/ledger/index.js';

let database: TestDatabase;
let ledger: Ledger;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
});

afterEach(() => database.close());

const balances = async (): Promise<Record<string, bigint>> => {
  const rows = await database.db.rows<{ code: number; balance: bigint }>(
    'SELECT code, sum(balance)::bigint AS balance FROM account WHERE fiscal_year = 2016 AND balance <> 0 GROUP BY code ORDER BY code',
  );
  return Object.fromEntries(rows.map((row) => [row.code, row.balance]));
};

test('An award goes from reservation through commitment and payment to recovery, and every account follows', async () => {
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('1000000.00') }), { actor: OFFICER });
  const awardId = award?.id ?? '';
  expect(award?.number).toBe('2016-manufacturing-app-000001');
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: yuan('800000.00'), effectiveOn: '2016-04-01' });
  await mustPost(ledger, {
    kind: 'release',
    awardId,
    from: 'reserved',
    amountFen: null,
    effectiveOn: '2016-04-02',
    reason: '項目縮減',
  });
  await mustPost(ledger, {
    kind: 'disburse',
    awardId,
    amountFen: yuan('500000.00'),
    paymentRef: 'P-1',
    effectiveOn: '2016-05-01',
  });
  await mustPost(ledger, { kind: 'return', awardId, amountFen: yuan('100000.00'), paymentRef: 'P-1', effectiveOn: '2016-05-03' });
  const demand = await mustPost(ledger, {
    kind: 'recovery-demand',
    awardId,
    amountFen: yuan('50000.00'),
    paymentRef: 'P-1',
    effectiveOn: '2016-06-01',
  });
  const last = await mustPost(ledger, {
    kind: 'recovery',
    awardId,
    amountFen: yuan('20000.00'),
    demandId: demand.entry?.id ?? '',
    receiptRef: 'R-1',
    effectiveOn: '2016-07-01',
  });
  expect(last.award?.amounts).toEqual({
    awarded: yuan('1000000'),
    reserved: 0n,
    committed: yuan('400000'),
    disbursed: yuan('380000'),
    released: yuan('200000'),
    recovered: yuan('20000'),
  });
  expect(await balances()).toEqual({
    4110: yuan('10000000'),
    4610: yuan('9220000'),
    4801: yuan('400000'),
    4902: yuan('380000'),
    8110: yuan('30000'),
    8120: yuan('30000'),
  });
});

test('A return of one payment and another payment of the same award are posted together', async () => {
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('1000000.00') }));
  const awardId = award?.id ?? '';
  const paid = (paymentRef: string, amount: string) =>
    ({ kind: 'disburse', awardId, amountFen: yuan(amount), paymentRef, effectiveOn: '2016-05-01' }) as const;
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-04-01' });
  await mustPost(ledger, paid('P-1', '500000.00'));
  const [, last] = await ledger.post({
    fund: FUND,
    actor: FINANCE,
    mode: 'all',
    request: null,
    events: [
      { kind: 'return', awardId, amountFen: yuan('100000.00'), paymentRef: 'P-1', effectiveOn: '2016-05-03' },
      paid('P-2', '300000.00'),
    ],
  });
  expect(last).toMatchObject({ ok: true, award: { amounts: { committed: yuan('300000.00'), disbursed: yuan('700000.00') } } });
});

test('The same project of the same enterprise is refused a second time in the year, and recorded on hold when approved offline', async () => {
  const first = reservation();
  const posted = await mustPost(ledger, first);
  const second = await postOne(ledger, { ...first, amountFen: 5n });
  expect(second).toMatchObject({
    ok: false,
    problem: { code: 'project-already-subsidised', extras: { conflictingAward: { id: posted.award?.id } } },
  });
  const offline = await mustPost(ledger, { ...first, amountFen: first.amountFen + 1n, approvedOffline: true });
  expect(offline.award?.onHold).toBe(true);
  const commit = await postOne(ledger, {
    kind: 'commit',
    awardId: offline.award?.id ?? '',
    amountFen: null,
    effectiveOn: '2016-12-31',
  });
  expect(commit).toMatchObject({ ok: false, problem: { code: 'award-on-hold', extras: { findings: [] } } });
  const moved = await ledger.post({
    fund: FUND,
    actor: OFFICER,
    mode: 'each',
    request: null,
    events: [
      {
        kind: 'assign-hold',
        awardIds: [posted.award?.id ?? '', offline.award?.id ?? ''],
        effectiveOn: '2016-12-31',
      },
    ],
  });
  expect(moved[0]).toMatchObject({ ok: true });
  const holds = await database.db.rows('SELECT id, on_hold FROM award ORDER BY id');
  expect(holds).toEqual([
    { id: posted.award?.id, on_hold: true },
    { id: offline.award?.id, on_hold: false },
  ]);
});

test('The same request sent twice has one effect and one answer; another request with its key is refused', async () => {
  const event = reservation();
  const first = await mustPost(ledger, event, { key: 'k', hash: 'a'.repeat(32) });
  const again = await mustPost(openLedger(database.db), event, { key: 'k', hash: 'a'.repeat(32) });
  expect(again).toEqual({ ...first, replayed: true });
  expect(await postOne(ledger, event, { key: 'k', hash: 'b'.repeat(32) })).toMatchObject({
    ok: false,
    problem: { code: 'idempotency-key-reused' },
  });
  expect((await balances())[4700]).toBe(yuan('1000000'));
});

test('A credit code that came later, in the same request or another, does not enter what was answered before it', async () => {
  const first = reservation();
  const later = (creditCode: string | null) => ({
    ...reservation(),
    enterprise: { ...first.enterprise, creditCode },
  });
  const unit = {
    fund: FUND,
    actor: OFFICER,
    mode: 'each' as const,
    request: { key: 'k', requestHash: 'a'.repeat(32) },
    events: [first, later(null)],
  };
  const answer = await ledger.post(unit);
  const filling = {
    ...unit,
    request: { key: 'f', requestHash: 'f'.repeat(32) },
    events: [later(null), later('91440101T00000001X'), later(null)],
  };
  const filled = await ledger.post(filling);
  const codes = filled.map((result) => (result.ok ? result.award?.enterprise.creditCode : result.problem.code));
  expect(codes).toEqual([null, '91440101T00000001X', '91440101T00000001X']);
  const other = openLedger(database.db);
  expect(await other.post(unit)).toEqual(answer.map((result) => ({ ...result, replayed: true })));
  expect(await other.post(filling)).toEqual(filled.map((result) => ({ ...result, replayed: true })));
});

test('A backdated reservation needs the money on its date and on every later one', async () => {
  await mustPost(ledger, reservation({ amountFen: yuan('9000000'), effectiveOn: '2016-06-01' }));
  expect(await postOne(ledger, reservation({ amountFen: yuan('2000000'), effectiveOn: '2016-02-01' }))).toMatchObject({
    ok: false,
    problem: { code: 'insufficient-funds', extras: { available: '1000000.00' } },
  });
  expect(await postOne(ledger, reservation({ amountFen: 1n, effectiveOn: '2016-01-09' }))).toMatchObject({
    ok: false,
    problem: { code: 'insufficient-funds', extras: { available: '0.00' } },
  });
  await mustPost(ledger, reservation({ amountFen: yuan('1000000'), effectiveOn: '2016-01-10' }));
});

test('An override takes a line below zero by exactly what it lacks; until it is made good the year reserves only free money', async () => {
  await fundLine(ledger, 'mobile-innovation', yuan('3000000'));
  const override = { reason: '市政府會議紀要', documentNo: '穗紀〔2016〕1號', expiresOn: '2999-12-31' };
  const reduction = {
    kind: 'reduction' as const,
    fiscalYear: 2016,
    line: 'manufacturing-app',
    amountFen: yuan('12000000'),
    effectiveOn: '2016-02-01',
  };
  expect(await postOne(ledger, { ...reduction, override: null })).toMatchObject({
    ok: false,
    problem: { code: 'insufficient-funds' },
  });
  await mustPost(ledger, { ...reduction, override });
  const other = reservation({ line: 'mobile-innovation', amountFen: yuan('1000001') });
  expect(await postOne(ledger, other)).toMatchObject({
    ok: false,
    problem: { code: 'insufficient-funds', extras: { available: '1000000.00' } },
  });
  await mustPost(ledger, { ...other, amountFen: yuan('1000000') });
});

test('The ceiling holds on an entry’s date and on every later one, and a document raises it by what exceeds it', async () => {
  const year = { fiscalYear: 2016 } as const;
  await mustPost(ledger, {
    kind: 'appropriation',
    ...year,
    amountFen: yuan('490000000'),
    ceilingDocumentNo: null,
    effectiveOn: '2016-01-05',
  });
  await mustPost(ledger, {
    kind: 'reduction',
    ...year,
    line: null,
    override: null,
    amountFen: yuan('100000000'),
    effectiveOn: '2016-12-01',
  });
  const supplement = {
    kind: 'supplement' as const,
    ...year,
    amountFen: yuan('100000000'),
    ceilingDocumentNo: null,
    effectiveOn: '2016-02-01',
  };
  expect(await postOne(ledger, supplement)).toMatchObject({
    ok: false,
    problem: { code: 'insufficient-funds', extras: { available: '0.00', ceiling: '500000000.00' } },
  });
  await mustPost(ledger, { ...supplement, amountFen: yuan('60000000'), ceilingDocumentNo: '市府批覆' });
  expect(await database.db.rows('SELECT ceiling_raised_fen AS raised FROM fiscal_year WHERE year = 2016')).toEqual([
    { raised: yuan('60000000') },
  ]);
  await mustPost(ledger, { ...supplement, effectiveOn: '2016-12-01' });
});

describe('While a line is below zero, an event dated in between meets the year as it was', () => {
  let awardId: string;

  // 8,000,000 of a line's 10,000,000 is committed; another line is at −9,000,000 from May on, of which 8,000,000 is made good in December.
  beforeEach(async () => {
    const { award } = await mustPost(ledger, reservation({ amountFen: yuan('8000000'), effectiveOn: '2016-02-01' }));
    awardId = award?.id ?? '';
    await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-02-02' });
    await mustPost(ledger, {
      kind: 'reduction',
      fiscalYear: 2016,
      line: 'mobile-innovation',
      amountFen: yuan('9000000'),
      effectiveOn: '2016-05-01',
      override: { reason: '市政府會議紀要', documentNo: '穗紀〔2016〕1號', expiresOn: '2999-12-31' },
    });
    await mustPost(ledger, {
      kind: 'supplement',
      fiscalYear: 2016,
      amountFen: yuan('8000000'),
      ceilingDocumentNo: null,
      effectiveOn: '2016-12-01',
    });
  });

  test('a reservation needs the year’s free money on its date', async () => {
    const june = reservation({ amountFen: yuan('1000000'), effectiveOn: '2016-06-01' });
    expect(await postOne(ledger, june)).toMatchObject({
      ok: false,
      problem: { code: 'insufficient-funds', extras: { available: '-7000000.00' } },
    });
    await mustPost(ledger, { ...june, effectiveOn: '2016-12-01' });
  });

  test('a payment needs the year’s resources on its date', async () => {
    const june = { kind: 'disburse', awardId, amountFen: yuan('8000000'), paymentRef: 'P-1', effectiveOn: '2016-06-01' } as const;
    expect(await postOne(ledger, june)).toMatchObject({
      ok: false,
      problem: { code: 'insufficient-funds', extras: { available: '1000000.00' } },
    });
    await mustPost(ledger, { ...june, amountFen: yuan('1000000') });
    await mustPost(ledger, { ...june, amountFen: yuan('7000000'), paymentRef: 'P-2', effectiveOn: '2016-12-01' });
  });

  test('a reduction leaves the year what it has paid, whatever the override', async () => {
    const reduction = {
      kind: 'reduction' as const,
      fiscalYear: 2016,
      line: 'manufacturing-app',
      override: { reason: '市政府會議紀要', documentNo: '穗紀〔2016〕2號', expiresOn: '2999-12-31' },
    };
    await mustPost(ledger, {
      kind: 'disburse',
      awardId,
      amountFen: yuan('600000'),
      paymentRef: 'P-1',
      effectiveOn: '2016-06-01',
    });
    expect(await postOne(ledger, { ...reduction, amountFen: yuan('8400001'), effectiveOn: '2016-12-02' })).toMatchObject({
      ok: false,
      problem: { code: 'insufficient-funds', extras: { available: '8400000.00' } },
    });
    // In June the supplement was still to come; the line itself holds enough.
    expect(
      await postOne(ledger, { ...reduction, override: null, amountFen: yuan('400001'), effectiveOn: '2016-06-01' }),
    ).toMatchObject({ ok: false, problem: { code: 'insufficient-funds', extras: { available: '400000.00' } } });
    await mustPost(ledger, { ...reduction, override: null, amountFen: yuan('400000'), effectiveOn: '2016-06-01' });
    await mustPost(ledger, { ...reduction, amountFen: yuan('8000000'), effectiveOn: '2016-12-02' });
  });
});

test('A batch in mode all that conflicts with itself names its own item, not an award that is rolled back', async () => {
  const twice = reservation({ amountFen: 1n });
  const [, second] = await ledger.post({ fund: FUND, actor: OFFICER, request: null, mode: 'all', events: [twice, twice] });
  expect(second).toMatchObject({ ok: false, problem: { code: 'project-already-subsidised', extras: { conflictingItem: 0 } } });
  expect(second).not.toHaveProperty('problem.extras.conflictingAward');
  const stored = await mustPost(ledger, twice);
  const [first] = await ledger.post({ fund: FUND, actor: OFFICER, request: null, mode: 'all', events: [twice, reservation()] });
  expect(first).toMatchObject({ problem: { extras: { conflictingAward: { id: stored.award?.id } } } });
});

test('A credit code that comes in the batch that brings its enterprise is kept', async () => {
  const first = reservation({ amountFen: 1n });
  const second = { ...reservation({ amountFen: 1n }), enterprise: { ...first.enterprise, creditCode: 'C'.repeat(18) } };
  const results = await ledger.post({ fund: FUND, actor: OFFICER, request: null, mode: 'each', events: [first, second] });
  expect(results.map((result) => result.ok && result.award?.enterprise.creditCode)).toEqual([null, 'C'.repeat(18)]);
  expect(await database.db.rows('SELECT credit_code FROM enterprise')).toEqual([{ credit_code: 'C'.repeat(18) }]);
});

test('A credit code that another process fills in first is the one that is answered and kept', async () => {
  const first = reservation({ amountFen: 1n });
  await mustPost(ledger, first);
  const second = { ...reservation({ amountFen: 1n }), enterprise: { ...first.enterprise, creditCode: 'B'.repeat(18) } };
  const posted = await asOwner(database, async (owner) => {
    await owner.query('BEGIN');
    await owner.query(`UPDATE enterprise SET credit_code = $1 WHERE organization_code = $2`, [
      'A'.repeat(18),
      first.enterprise.organizationCode,
    ]);
    const waiting = mustPost(ledger, second);
    await until('the posting waits for the enterprise', async () => {
      const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await database.db.rows(blocked)).length === 1;
    });
    await owner.query('COMMIT');
    return waiting;
  });
  expect(posted.award?.enterprise.creditCode).toBe('A'.repeat(18));
});

test('An award that is released is on hold no longer', async () => {
  const first = reservation({ amountFen: 2n });
  await mustPost(ledger, first);
  const held = await mustPost(ledger, { ...first, amountFen: 1n, approvedOffline: true });
  expect(held.award).toMatchObject({ onHold: true });
  const released = await mustPost(ledger, {
    kind: 'release',
    awardId: held.award?.id ?? '',
    from: 'reserved',
    amountFen: null,
    effectiveOn: '2016-06-01',
  });
  expect(released.award).toMatchObject({ onHold: false });
});

test('A batch in mode all is rolled back by one refusal, in mode each only the refused item is missing', async () => {
  const events = [reservation({ amountFen: 1n }), reservation({ amountFen: yuan('99000000') }), reservation({ amountFen: 2n })];
  const unit = { fund: FUND, actor: OFFICER, request: { key: 'batch', requestHash: 'c'.repeat(32) }, events };
  const all = await ledger.post({ ...unit, mode: 'all' });
  expect(all.map((result) => (result.ok ? 'ok' : result.problem.code))).toEqual([
    'batch-rolled-back',
    'insufficient-funds',
    'batch-rolled-back',
  ]);
  expect((await balances())[4700]).toBeUndefined();
  const each = await ledger.post({ ...unit, mode: 'each' });
  expect(each.map((result) => (result.ok ? 'ok' : result.problem.code))).toEqual(['ok', 'insufficient-funds', 'ok']);
  const again = await ledger.post({ ...unit, mode: 'each' });
  expect(again.map((result) => (result.ok ? result.replayed : result.problem.code))).toEqual([true, 'insufficient-funds', true]);
  expect((await balances())[4700]).toBe(3n);
});
