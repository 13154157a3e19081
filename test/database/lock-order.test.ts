import { globSync, readFileSync } from 'node:fs';
import { addLine, changeLine } from '../../src/budget/lines/change-line.js';
import { openYear } from '../../src/budget/years/open-year.js';
import { findFund, findLine, seedPolicy } from '../../src/budget/index.js';
import { ENTITIES } from '../../src/declared.js';
import type { Ledger } from '../../src/ledger/index.js';
import { LOCK_ORDER } from '../../src/ledger/store/locks.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { askSecondPerson } from '../support/approvals.js';
import { addPerson, Desk, waiting } from '../support/approval-desk.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { setRule } from '../support/line-rule.js';
import { FINANCE, fundLine, FUND, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { recordingClient } from '../support/recording-client.js';
import { openReconciliation, settleEvent } from '../support/reconciliation.js';

/*
 * Rows are locked in one order by every transaction: accounts, awards, findings, persons, then rows of any other table
 * (ledger/store/locks.ts): of what two people decide the fund, then approvals, then users. Read off the statements that the product sends while it does each kind of thing that locks.
 */

const LOCKING = /\bFOR (?:(?:NO KEY )?UPDATE|(?:KEY )?SHARE)(?! SKIP)/;
/** Behind what the ledger locks: users are locked by whoever decides an approval (approvals/may-decide.ts), and last. */
const ORDER: readonly string[] = [...LOCK_ORDER, 'fund', 'approval', 'app_user'];

/** A text without what stands in parentheses that are closed: subqueries of a condition lock nothing. */
function outside(text: string): string {
  const shorter = text.replaceAll(/\([^()]*\)/g, '');
  return shorter === text ? text : outside(shorter);
}

/** The table that a statement locks rows of; null: none. An UPDATE locks what it changes. */
function lockedTable(text: string): string | null {
  const lock = LOCKING.exec(text);
  if (lock !== null) return [...outside(text.slice(0, lock.index)).matchAll(/\bFROM "?(\w+)/g)].at(-1)?.[1] ?? null;
  return /^\s*(?:WITH (?:moved AS \(|added AS \([^;]*\))\s*)?UPDATE "?(\w+)/.exec(text)?.[1] ?? null;
}

/** Its place in the order; behind all others where it is not named there. */
function placeOf(table: string): number {
  const place = ORDER.indexOf(table);
  return place < 0 ? ORDER.length : place;
}

/** Tables of a transaction in the order in which each is locked first. */
function firstLocks(statements: readonly string[]): string[] {
  return [...new Set(statements.map(lockedTable).filter((table) => table !== null))];
}

let database: TestDatabase;
let db: Database;
const transactions: string[][] = [];

beforeAll(async () => {
  database = await testDatabase();
  db = new Database(
    await openDataSource({
      url: database.url,
      size: 4,
      applicationName: 'fund-ledger-test-recorded',
      entities: ENTITIES,
      client: recordingClient(transactions),
    }),
  );
});

afterAll(async () => {
  await db.dataSource.destroy();
  await database.close();
});

test('Accounts, awards, findings, persons, other rows: no transaction locks them in another order', async () => {
  const ledger = openLedger(db);
  await setRule(db, 'talent', () => ({ amount: { kind: 'discretionary' }, facts: [] }));
  await fundLine(ledger, 'talent', yuan('100.00'));
  await mustPost(ledger, {
    kind: 'allotment-return',
    fiscalYear: 2016,
    line: 'talent',
    amountFen: yuan('50.00'),
    effectiveOn: '2016-01-11',
  });
  await mustPost(ledger, {
    kind: 'allotment',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    amountFen: yuan('50.00'),
    effectiveOn: '2016-01-11',
  });
  const person = { name: '示例人才', identityHash: 'ab'.repeat(32), identityMasked: '4401**********0000' };
  const paid = { line: 'talent', person, facts: {}, amountFen: yuan('10.00') };
  await mustPost(ledger, reservation(paid));
  // Known by now: the second time the person is locked.
  await postOne(ledger, reservation(paid));
  const twice = reservation({ amountFen: yuan('10.00') });
  const { award } = await mustPost(ledger, twice);
  await mustPost(ledger, { ...twice, approvedOffline: true });
  if (award === null) throw new Error('No award');
  const step = { awardId: award.id, effectiveOn: '2016-03-02' };
  await mustPost(ledger, { ...step, kind: 'commit', amountFen: null });
  const payee = { name: '示例收款人', bank: '示例銀行', accountHash: 'cd'.repeat(32), accountMasked: '****0000' };
  await mustPost(ledger, { ...step, kind: 'disburse', amountFen: yuan('5.00'), paymentRef: 'P1', payee });
  await mustPost(ledger, { ...step, kind: 'return', amountFen: yuan('1.00'), paymentRef: 'P1' });
  const demand = await mustPost(ledger, { ...step, kind: 'recovery-demand', amountFen: yuan('1.00'), paymentRef: 'P1' });
  await mustPost(ledger, {
    ...step,
    kind: 'recovery',
    amountFen: yuan('1.00'),
    demandId: demand.entry?.id ?? '',
    receiptRef: 'R1',
  });
  await mustPost(ledger, { ...step, kind: 'release', from: 'committed', amountFen: null });

  const reconciliation = openReconciliation({ ...database, db }, ledger);
  await reconciliation.run();
  const [finding] = await reconciliation.findings('open');
  await mustPost(ledger, await settleEvent({ ...database, db }, finding?.id, 'dismiss', null));
  await reconciliation.close();

  const fund = await findFund(db, FUND);
  if (fund === null) throw new Error('No fund');
  await db.transaction((tx) => openYear(tx, fund, 2018));
  await seedPolicy(db);
  const rule = { amount: { kind: 'discretionary' as const }, facts: [], oncePerEnterprise: true };
  await db.transaction((tx) =>
    addLine(
      tx,
      fund.id,
      {
        code: 'illustrative-line',
        section: '示例',
        title: { zhHant: '示例', zhHans: '示例', en: 'Illustrative' },
        leadAgencies: ['市經貿委'],
        form: 'subsidy',
        reservable: true,
        rule,
      },
      FINANCE.id,
    ),
  );
  const change = { rule, reason: '示例', documentNo: '示例' };
  const line = await findLine(db, fund.id, 'manufacturing-app');
  const changed = await db.transaction((tx) =>
    changeLine(tx, fund.id, 'manufacturing-app', line?.version ?? 0, change, FINANCE.id),
  );
  expect(changed.ok).toBe(true);

  await decidedByTwo(ledger);

  const locks = transactions.map(firstLocks);
  for (const tables of locks) {
    expect(tables).toEqual([...tables].sort((left, right) => placeOf(left) - placeOf(right)));
  }
  // The order was put to the test: each table was locked, and some transaction locked several.
  for (const table of [...ORDER, 'payment', 'enterprise']) expect(locks.flat()).toContain(table);
  for (const together of [
    'account,award,finding',
    'account,award,approval,app_user',
    'approval,app_user',
    'fund,approval,app_user',
  ])
    expect(locks.map((tables) => tables.filter((table) => ORDER.includes(table)).join())).toContain(together);
}, 60_000);

/** A payment that waits and is agreed to, one that is rejected, and a change of the policy of approvals. */
async function decidedByTwo(ledger: Ledger): Promise<void> {
  await askSecondPerson(database, [{ kind: 'disbursement' }]);
  const desk = new Desk(db, ledger);
  const [maker, checker] = [await addPerson(db), await addPerson(db)];
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('10.00') }));
  const step = { awardId: award?.id ?? '', effectiveOn: '2016-03-02' };
  await mustPost(ledger, { ...step, kind: 'commit', amountFen: null });
  const pay = { ...step, kind: 'disburse', amountFen: yuan('5.00') } as const;
  const [first, second] = [
    waiting(await desk.ask(maker, { ...pay, paymentRef: 'P2' })),
    waiting(await desk.ask(maker, { ...pay, paymentRef: 'P3' })),
  ];
  expect(waiting(await desk.approve(checker, first.id, first.preview.hash)).status).toBe('approved');
  expect(waiting(await desk.reject(checker, second.id)).status).toBe('rejected');
  const policy = waiting(await desk.askPolicy(maker, { rules: [], expiresAfterDays: 30, reason: '示例' }));
  expect(waiting(await desk.approve(checker, policy.id, policy.preview.hash)).status).toBe('approved');
}

test('Rows of these tables are locked by no statement outside ledger/store/locks.ts', () => {
  const found = globSync('src/**/*.ts').filter((file) =>
    /FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|lock: \{ mode/.test(readFileSync(file, 'utf8')),
  );
  expect(found.sort()).toEqual([
    // Approvals and the users that decide them, for the ledger and for records that two change.
    'src/approvals/may-decide.ts',
    // The fund of a policy of approvals.
    'src/approvals/policy/store-policy.ts',
    'src/budget/funds/find-fund.ts',
    'src/identity/sessions/session-record.ts',
    'src/identity/users/change-user.ts',
    'src/ledger/store/locks.ts',
    // Agencies are changed by themselves, all of them locked.
    'src/parties/agencies/change-agency.ts',
    'src/platform/outbox/outbox.sql.ts',
    'src/platform/secrets/sealed-secret.ts',
    'src/reconciliation/runs/run.sql.ts',
  ]);
});
