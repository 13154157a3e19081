import { hash } from 'node:crypto';
import { documentKey, referenceKey } from '../../src/ledger/index.js';
import { entries } from '../../src/reports/journal/journal.sql.js';
import type { Sql } from '../../src/platform/database/database.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

/*
 * The number of a document is the same however it is spelt (domain §6), by PostgreSQL alone: stored and looked for by one expression.
 */

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await asOwner(database, (owner) =>
    owner.query(
      `INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, award_id, amount_fen, document_no)
       SELECT 1, gen_random_uuid(), 2016, 'settle', '2016-03-01', now(), gen_random_uuid(), gen_random_uuid(), 0,
              CASE n % 4 WHEN 0 THEN NULL ELSE '合同-' || n END
         FROM generate_series(1, 20000) n`,
    ),
  );
  await asOwner(database, (owner) => owner.query('ANALYZE journal_entry'));
});
afterAll(() => database.close());

async function keysOf(texts: readonly string[]): Promise<string[]> {
  const rows = await database.db.rows<{ key: string }>(
    `SELECT ${documentKey('t.said')} AS key FROM unnest($1::text[]) WITH ORDINALITY AS t (said, turn) ORDER BY t.turn`,
    [texts],
  );
  return rows.map(({ key }) => key);
}

/** A letter beyond ASCII that has a capital. */
const hasOtherCapitals = (text: string): boolean => [...text].some((one) => one > '\u007f' && one.toUpperCase() !== one);

const asReference = (text: string): string => referenceKey(text, (long) => hash('sha256', long));

it.each<[string, string, string]>([
  ['width', 'ＡＢＣ－１２', 'ABC-12'],
  ['case', 'abc-12', 'ABC-12'],
  ['dashes', 'A—B–C−D‐E', 'A-B-C-D-E'],
  ['spaces, ideographic ones and those between lines', ' 穗財　〔2016〕\n1 號\u00a0', '穗財〔2016〕1號'],
  ['what does not show', '穗\u200b財\u2060〔2016〕\ufe0f1號\u{e0041}', '穗財〔2016〕1號'],
])('%s make no other number', async (_, one, other) => {
  const [left, right] = await keysOf([one, other]);
  expect([left, left]).toEqual([right, asReference(one)]);
});

it('folds every character as references are folded, but for capitals of other letters than Latin ones', async () => {
  // Of blocks to which no Unicode adds any more: what one knows and another does not is folded by it alone.
  const characters = Array.from({ length: 0xffff }, (_, code) => code)
    .filter((code) => (code > 0 && code < 0xa000) || code >= 0xf900)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => !hasOtherCapitals(character.normalize('NFKC')));
  const said = characters.map((character) => `甲${character}乙`);
  const folded = await keysOf(said);
  const others = said.filter((text, index) => folded[index] !== asReference(text));
  expect(others).toEqual([]);
  expect(characters.length).toBeGreaterThan(40_000);
});

it('keeps what an index can take of a number that folding makes long', async () => {
  const long = '\ufdfa'.repeat(200);
  expect((await keysOf([long]))[0]).toHaveLength(200);
  await asOwner(database, (owner) =>
    owner.query(
      `INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, document_no)
       VALUES (1, gen_random_uuid(), 2016, 'settle', '2016-03-01', now(), gen_random_uuid(), 0, $1)`,
      [long],
    ),
  );
  expect(await entries(database.db, null, { documentNo: long }, null, 10)).toHaveLength(1);
});

it('finds the entries of a document by their index, which holds none that has no document', async () => {
  const plan = await planOf((sql) => entries(sql, null, { documentNo: '合同—１７' }, null, 51));
  expect(plan).toContain('journal_entry_document');
  expect((await entries(database.db, null, { documentNo: '合 同—１７' }, null, 51)).map((row) => row.document_no)).toEqual([
    '合同-17',
  ]);
  const [index] = await database.db.rows<{ held: number }>(
    `SELECT reltuples::integer AS held FROM pg_class WHERE relname = 'journal_entry_document'`,
  );
  expect(index?.held).toBe(15_000);
});

async function planOf(read: (sql: Sql) => Promise<unknown>): Promise<string> {
  let plan = '';
  await read({
    async rows(statement, values) {
      const text = typeof statement === 'string' ? statement : statement.text;
      const lines = await database.db.rows<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      plan = lines.map((line) => line['QUERY PLAN']).join('\n');
      return [];
    },
    manager: database.db.manager,
  });
  return plan;
}
