import { businessDateOf } from '../../src/kernel/index.js';
import type { Ledger, LedgerEvent, PostResult, Publicity, ReserveEvent } from '../../src/ledger/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, OFFICER, openLedger, postOne, reservation, yuan } from '../support/ledger.js';

/*
 * 公示: the days on which an approved award is shown to the public before it is committed. Whoever commits or pays without is told.
 */

let database: TestDatabase;
let ledger: Ledger;

beforeAll(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000000.00'));
});
afterAll(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
});

const shown = (from: string, to: string, objections: string | null = null): Publicity => ({
  from,
  to,
  reference: '公示-1',
  objections,
});
const record = (awardId: string, publicity: Publicity): LedgerEvent => ({
  kind: 'publicity',
  awardId,
  publicity,
  effectiveOn: null,
});
const said = (result: PostResult): readonly string[] =>
  result.ok ? (result.warnings ?? []).map(({ code }) => code) : [result.problem.code];
const MISSING = ['publicity-missing'];
let serial = 0;

async function awarded(more: Partial<ReserveEvent> = {}): Promise<string> {
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('100.00'), ...more }));
  return award?.id ?? '';
}
const commit = (awardId: string, effectiveOn: string) =>
  postOne(ledger, { kind: 'commit', awardId, amountFen: yuan('10.00'), effectiveOn });
const pay = (awardId: string, effectiveOn: string) => {
  serial += 1;
  const paymentRef = `公示-${serial}`;
  return postOne(ledger, { kind: 'disburse', awardId, amountFen: yuan('1.00'), paymentRef, effectiveOn });
};

test('Without one a commitment and a payment are told, a release not', async () => {
  const id = await awarded();
  expect(said(await commit(id, '2016-04-01'))).toEqual(MISSING);
  expect(said(await pay(id, '2016-04-02'))).toEqual(MISSING);
  const release = { kind: 'release', awardId: id, from: 'reserved', amountFen: yuan('1.00') } as const;
  expect(said(await postOne(ledger, { ...release, effectiveOn: '2016-04-03' }))).toEqual([]);
});

test('It must have ended before that date: on its last day it is still being shown', async () => {
  const id = await awarded();
  await mustPost(ledger, record(id, shown('2016-03-02', '2016-03-08')));
  expect(said(await commit(id, '2016-03-08'))).toEqual(MISSING);
  expect(said(await commit(id, '2016-03-09'))).toEqual([]);
  expect(said(await pay(id, '2016-03-09'))).toEqual([]);
});

test('A reservation may bring it along', async () => {
  const id = await awarded({ publicity: shown('2016-03-01', '2016-03-07') });
  expect(said(await commit(id, '2016-03-08'))).toEqual([]);
});

test('Recorded again, the last one counts, and all stay in the journal', async () => {
  const id = await awarded({ publicity: shown('2016-03-01', '2016-03-07') });
  const { award, entry } = await mustPost(ledger, record(id, shown('2016-03-10', '2016-03-20', '有異議,已重新公示')));
  expect(award?.publicity).toEqual(shown('2016-03-10', '2016-03-20', '有異議,已重新公示'));
  // Moves no money, and is dated today, whatever the year.
  expect(entry).toMatchObject({ kind: 'publicity', amountFen: 0n, effectiveOn: businessDateOf(new Date()), fiscalYear: 2016 });
  expect(said(await commit(id, '2016-03-15'))).toEqual(MISSING);
  expect(said(await commit(id, '2016-03-21'))).toEqual([]);
  const rows = await database.db.rows(
    `SELECT p.version, p.shown_from, j.kind FROM publicity p
       JOIN journal_entry j ON j.fund_id = p.fund_id AND j.award_id = p.award_id AND j.award_after[1] = p.version
      WHERE p.award_id = $1 ORDER BY p.version`,
    [id],
  );
  expect(rows).toEqual([
    { version: 1, shown_from: '2016-03-01', kind: 'reserve' },
    { version: 2, shown_from: '2016-03-10', kind: 'publicity' },
  ]);
});

test('Days that can’t be are refused by their place, and nothing is left behind', async () => {
  const today = businessDateOf(new Date());
  const id = await awarded({ approvedOn: '2016-03-05', effectiveOn: '2016-03-05' });
  const pointers = async (event: LedgerEvent): Promise<readonly string[]> => {
    const result = await postOne(ledger, event);
    return result.ok ? ['accepted'] : [result.problem.code, ...(result.problem.errors ?? []).map(({ pointer }) => pointer)];
  };
  expect(await pointers(record(id, shown('2016-03-08', '2016-03-07')))).toEqual(['validation-failed', '/to']);
  expect(await pointers(record(id, shown('2016-03-04', '2016-03-07')))).toEqual(['validation-failed', '/from']);
  expect(await pointers(record(id, shown('2999-03-04', '2999-03-07')))).toEqual(['validation-failed', '/from']);
  expect(await pointers(reservation({ publicity: shown('2016-02-04', '2016-03-07') }))).toEqual([
    'validation-failed',
    '/publicity/from',
  ]);
  expect(await database.db.rows('SELECT FROM publicity WHERE award_id = $1', [id])).toEqual([]);
  // On the very day of the approval, and announced until a day that lies ahead: both are right.
  expect(await pointers(record(id, shown('2016-03-05', '2016-03-05')))).toEqual(['accepted']);
  expect(await pointers(record(id, shown(today, '2999-12-31')))).toEqual(['accepted']);
});

test('An officer records it of the own lines’ awards, and sees no others', async () => {
  const id = await awarded();
  expect(said(await postOne(ledger, record(id, shown('2016-03-01', '2016-03-07')), { actor: OFFICER }))).toEqual([]);
  const stranger = { ...OFFICER, agency: '市金融辦', reaches: ['市金融辦'] };
  expect(said(await postOne(ledger, record(id, shown('2016-03-01', '2016-03-07')), { actor: stranger }))).toEqual(['not-found']);
});

test('It is of its award: a commitment of another is still told', async () => {
  const [one, other] = [await awarded(), await awarded()];
  await mustPost(ledger, record(one, shown('2016-03-01', '2016-03-07')));
  expect(said(await commit(one, '2016-04-01'))).toEqual([]);
  expect(said(await commit(other, '2016-04-01'))).toEqual(MISSING);
});
