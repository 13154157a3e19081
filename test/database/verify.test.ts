import type { AwardRecord, Ledger, ReserveEvent } from '../../src/ledger/index.js';
import { verifyInvariants } from '../../src/reconciliation/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, openLedger, reservation, yuan } from '../support/ledger.js';
import { openReconciliation, type Reconciliation } from '../support/reconciliation.js';

let database: TestDatabase;
let ledger: Ledger;
let reconciliation: Reconciliation;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  reconciliation = openReconciliation(database, ledger);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
});
afterEach(async () => {
  await reconciliation.close();
  await database.close();
});

async function reserve(event: ReserveEvent): Promise<AwardRecord> {
  const { award } = await mustPost(ledger, event);
  if (award === null) throw new Error('No award');
  return award;
}

/** Two awards of one project, the second approved offline: the first is the weaker one. */
async function twice(): Promise<{ weak: AwardRecord; strong: AwardRecord }> {
  const first = reservation({ amountFen: yuan('100000.00') });
  const weak = await reserve(first);
  const strong = await reserve({ ...first, amountFen: yuan('300000.00'), approvedOffline: true, approvalRef: '線下' });
  return { weak, strong };
}

describe('ledger-integrity', () => {
  beforeEach(async () => {
    const award = await reserve(reservation());
    await mustPost(ledger, { kind: 'commit', awardId: award.id, amountFen: null, effectiveOn: '2016-04-01' });
    await mustPost(ledger, {
      kind: 'disburse',
      awardId: award.id,
      amountFen: yuan('600000.00'),
      paymentRef: 'P-1',
      effectiveOn: '2016-05-01',
    });
    await mustPost(ledger, {
      kind: 'return',
      awardId: award.id,
      amountFen: yuan('100000.00'),
      paymentRef: 'P-1',
      effectiveOn: '2016-05-03',
    });
    const demand = await mustPost(ledger, {
      kind: 'recovery-demand',
      awardId: award.id,
      amountFen: yuan('50000.00'),
      paymentRef: 'P-1',
      effectiveOn: '2016-06-01',
    });
    await mustPost(ledger, {
      kind: 'recovery',
      awardId: award.id,
      amountFen: yuan('20000.00'),
      demandId: demand.entry?.id ?? '',
      receiptRef: 'R-1',
      effectiveOn: '2016-07-01',
    });
    await twice();
  });

  test('books that are right show nothing', async () => {
    expect(await verifyInvariants(database.db, 1)).toEqual([]);
    expect(await verifyInvariants(database.db, 1, 2016)).toEqual([]);
    await reconciliation.run({ rules: ['ledger-integrity'] });
    expect(await reconciliation.findings()).toEqual([]);
  });

  /** What the database refuses, done to it by force: the triggers and constraints that stand in the way are removed first. */
  const TAMPERINGS: readonly { what: string; sql: string; finds: string }[] = [
    {
      what: 'a posting is changed',
      sql: `UPDATE posting SET amount_fen = amount_fen + 1 WHERE ctid = (SELECT min(ctid) FROM posting)`,
      finds: 'entries-balance',
    },
    {
      what: 'a posting is deleted',
      sql: `DELETE FROM posting WHERE ctid = (SELECT max(ctid) FROM posting)`,
      finds: 'balances-follow-postings',
    },
    {
      what: 'all postings of an entry are deleted',
      sql: `DELETE FROM posting WHERE entry_id = (SELECT max(id::text)::uuid FROM journal_entry WHERE kind = 'commit')`,
      finds: 'entries-have-postings',
    },
    { what: 'an entry is deleted', sql: `DELETE FROM journal_entry WHERE kind = 'return'`, finds: 'entries-balance' },
    {
      what: 'a running balance is changed',
      sql: `UPDATE posting SET balance_after = balance_after + 1 WHERE ctid = (SELECT min(ctid) FROM posting)`,
      finds: 'balances-follow-postings',
    },
    {
      what: 'a day is changed',
      sql: `UPDATE account_day SET net_fen = net_fen + 1 WHERE ctid = (SELECT min(ctid) FROM account_day)`,
      finds: 'balances-follow-postings',
    },
    {
      what: 'a balance is changed',
      sql: `UPDATE account SET balance = balance + 1 WHERE code = 4450 AND fiscal_year = 2016`,
      finds: 'resources-equal-status',
    },
    {
      what: 'a floor falls',
      sql: `UPDATE account SET floor = -5 WHERE code = 4610 AND fiscal_year = 2016 AND balance > 0`,
      finds: 'not-below-floor',
    },
    {
      what: 'an award is changed',
      sql: `UPDATE award SET reserved_fen = reserved_fen + 1, awarded_fen = awarded_fen + 1 WHERE disbursed_fen > 0`,
      finds: 'awards-follow-entries',
    },
    {
      what: 'an award is changed',
      sql: `UPDATE award SET reserved_fen = reserved_fen + 1, awarded_fen = awarded_fen + 1 WHERE disbursed_fen > 0`,
      finds: 'stages-are-open-amounts',
    },
    { what: 'a hold is changed', sql: `UPDATE award SET on_hold = false`, finds: 'claimed-keys' },
    { what: 'a hold by a rule is changed', sql: `UPDATE award SET rule_hold = true`, finds: 'awards-follow-entries' },
    { what: 'a payment is changed', sql: `UPDATE payment SET paid_fen = paid_fen + 1`, finds: 'disbursed-is-paid' },
    { what: 'a payment is changed', sql: `UPDATE payment SET paid_fen = paid_fen + 1`, finds: 'awards-follow-payments' },
  ];
  test.each(TAMPERINGS)('$what: found as $finds', async ({ sql, finds }) => {
    await asOwner(database, async (owner) => {
      for (const table of ['journal_entry', 'posting', 'account', 'award', 'payment'])
        await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      await owner.query('ALTER TABLE account DROP CONSTRAINT account_floor_only_available');
      await owner.query(sql);
    });
    for (const year of [null, 2016]) {
      const found = await verifyInvariants(database.db, 1, year);
      expect(found.map((one) => one.evidence['check'])).toContain(finds);
    }
    await reconciliation.run({ rules: ['ledger-integrity'] });
    expect((await reconciliation.findings('open')).map((one) => one.evidence['check'])).toContain(finds);
  });
});
