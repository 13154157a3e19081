import type { PostResult } from '../../src/ledger/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';

/* Somebody has been at a balance, or at an award, as the owner of the tables. Who meets it is told so; everybody else goes on. */

let database: TestDatabase;
let ledger: ReturnType<typeof openLedger>;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
  await fundLine(ledger, 'mobile-innovation', yuan('1000.00'));
});
afterEach(() => database.close());

const tamper = (table: string, sql: string) =>
  asOwner(database, async (owner) => {
    await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await owner.query(sql);
    await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  });

const said = (result: PostResult): unknown => (result.ok ? 'posted' : { code: result.problem.code, ...result.problem.extras });

test('A balance that its postings don’t bear out stops its own account and nobody else', async () => {
  await tamper(
    'account',
    `UPDATE account SET balance = balance + 1 WHERE code = 4610 AND fiscal_year = 2016
        AND line_id = (SELECT id FROM programme_line WHERE code = 'manufacturing-app')`,
  );
  const lines = ['manufacturing-app', 'mobile-innovation'];
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      postOne(ledger, reservation({ line: lines[n % 2] ?? '', amountFen: yuan('1.00'), effectiveOn: '2016-03-01' })),
    ),
  );
  const account = { code: '4610', line: 'manufacturing-app', fiscalYear: 2016 };
  expect(results.map(said)).toEqual(results.map((_, n) => (n % 2 === 0 ? { code: 'ledger-damaged', account } : 'posted')));
});

test('An award that its entries don’t bear out is not paid', async () => {
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('10.00'), effectiveOn: '2016-03-01' }));
  await tamper('award', 'UPDATE award SET reserved_fen = 1, committed_fen = awarded_fen - 1');
  const awardId = award?.id ?? '';
  const result = await postOne(ledger, {
    kind: 'disburse',
    awardId,
    amountFen: yuan('5.00'),
    paymentRef: 'P-1',
    effectiveOn: '2016-03-02',
  });
  expect(said(result)).toMatchObject({ code: 'ledger-damaged', account: { code: '4801' } });
  expect((await database.db.rows('SELECT FROM payment')).length).toBe(0);
});

test('An award that was put back behind its entries goes no further', async () => {
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('10.00'), effectiveOn: '2016-03-01' }));
  const awardId = award?.id ?? '';
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: yuan('4.00'), effectiveOn: '2016-03-02' });
  await tamper('award', 'UPDATE award SET version = 1');
  const again = { kind: 'commit', awardId, amountFen: yuan('1.00'), effectiveOn: '2016-03-03' } as const;
  expect(said(await postOne(ledger, again))).toEqual({ code: 'ledger-damaged' });
});

test('What the run-time role can’t do, verify would find: temporary tables', async () => {
  const name = new URL(database.url).pathname.slice(1);
  const { missingGuards } = await import('../../src/platform/database/guards.js');
  expect(await missingGuards(database.db, {})).toEqual([]);
  await asOwner(database, (owner) => owner.query(`GRANT TEMPORARY ON DATABASE ${name} TO fund_app`));
  expect(await missingGuards(database.db, {})).toEqual(['refusal of temporary tables to the run-time role']);
});
