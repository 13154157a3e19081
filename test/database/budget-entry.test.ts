import { listBudgetEntries } from '../../src/budget/entries/budget-entry.sql.js';
import type { Sql } from '../../src/platform/database/database.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, openLedger, yuan } from '../support/ledger.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await fundLine(openLedger(database.db), 'manufacturing-app', yuan('10000000.00'));
  await asOwner(database, (owner) =>
    owner.query(
      `INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, award_id, amount_fen)
       SELECT 1, gen_random_uuid(), 2016, 'reserve', '2016-03-01', now(), gen_random_uuid(), gen_random_uuid(), 0 FROM generate_series(1, 20000)`,
    ),
  );
});
afterAll(() => database.close());

test('The budget entries of a year are listed without reading what its awards recorded, whatever they are filtered by', async () => {
  const all = { fundId: 1, year: 2016, kind: null, line: null, documentNo: null, agencies: null };
  const filters = [
    all,
    { ...all, kind: 'allotment' },
    { ...all, line: 'manufacturing-app' },
    { ...all, documentNo: '穗財〔2016〕1號' },
    { ...all, agencies: ['市經貿委'] },
  ];
  for (const filter of filters) {
    const { custom, generic } = await plansOf((sql) => listBudgetEntries(sql, filter, null, 51));
    // By a document its own index is as good.
    expect(custom).toMatch(filter.documentNo === null ? /journal_entry_budget/ : /journal_entry_(?:budget|document)/);
    expect(custom).not.toMatch(/Rows Removed by Filter: \d{3}/u);
    expect(generic).toContain('journal_entry_budget');
  }
  expect((await listBudgetEntries(database.db, all, null, 51)).map((entry) => entry.kind)).toEqual([
    'allotment',
    'appropriation',
  ]);
});

/** How PostgreSQL carries a reader's statement out: for its values, and for any. */
async function plansOf(read: (sql: Sql) => Promise<unknown>): Promise<{ custom: string; generic: string }> {
  const plans = { custom: '', generic: '' };
  const explain = async (how: string, text: string, values?: readonly unknown[]): Promise<string> => {
    const lines = await database.db.rows<{ 'QUERY PLAN': string }>(`EXPLAIN (${how}) ${text}`, values);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  };
  await read({
    async rows(statement, values) {
      const text = typeof statement === 'string' ? statement : statement.text;
      plans.custom = await explain('ANALYZE', text, values);
      plans.generic = await explain('GENERIC_PLAN', text);
      return [];
    },
    manager: database.db.manager,
  });
  return plans;
}
