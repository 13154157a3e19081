import { countWork } from '../../src/worklists/worklist.sql.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, OFFICER, openLedger, reservation, yuan } from '../support/ledger.js';

/*
 * Work lists cost what waits, not what there is: each kind has an index of its own, which no reservation enters.
 */

const INDEXES = ['award_held', 'award_unpaid', 'finding_due', 'finding_open', 'recovery_demand_open'] as const;
const EVERYTHING = { user: OFFICER.id, fund: null, fiscalYear: null, agencies: ['市經貿委'] };

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
  for (let count = 0; count < 10; count += 1) await mustPost(ledger, reservation({ amountFen: 100n }));
});
afterAll(() => database.close());

/** Rows that an index holds. */
async function held(index: string): Promise<number | undefined> {
  await asOwner(database, (owner) => owner.query('ANALYZE award'));
  const [row] = await database.db.rows<{ held: number }>('SELECT reltuples::integer AS held FROM pg_class WHERE relname = $1', [
    index,
  ]);
  return row?.held;
}

it('no award that is only reserved enters an index of work', async () => {
  expect([await held('award_pkey'), await held('award_held'), await held('award_unpaid')]).toEqual([10, 0, 0]);
});

it('one that is committed does until it is paid', async () => {
  const ledger = openLedger(database.db);
  const { award } = await mustPost(ledger, reservation({ amountFen: 200n }));
  const step = { awardId: award?.id ?? '', effectiveOn: '2016-06-01' };
  await mustPost(ledger, { kind: 'commit', amountFen: 150n, ...step });
  expect(await held('award_unpaid')).toBe(1);
  const unpaid = async () =>
    (await countWork(database.db, EVERYTHING, '2016-12-31')).find(({ kind }) => kind === 'awards-unpaid');
  expect(await unpaid()).toMatchObject({ count: 1, amount_fen: 150n });
  await mustPost(ledger, { kind: 'disburse', amountFen: 1n, paymentRef: 'ZF-1', ...step });
  expect([await held('award_unpaid'), await unpaid()]).toMatchObject([0, { count: 0, amount_fen: 0n }]);
});

it('every count is answered by the index of its kind', async () => {
  const plan = await asOwner(database, async (owner) => {
    // Of ten rows PostgreSQL reads the table; of a million it could not.
    await owner.query('SET enable_seqscan = off');
    let lines = '';
    await countWork(
      {
        async rows(statement, values) {
          const text = typeof statement === 'string' ? statement : statement.text;
          const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...(values ?? [])]);
          lines = rows.map((row) => row['QUERY PLAN']).join('\n');
          return [];
        },
        manager: database.db.manager,
      },
      EVERYTHING,
      '2016-12-31',
    );
    return lines;
  });
  for (const index of INDEXES) expect(plan).toContain(index);
  expect(plan).not.toMatch(/Seq Scan on (?:award|finding|recovery_demand|journal_entry)/u);
});
