import fc from 'fast-check';
import {
  bigints,
  booleans,
  chars,
  dates,
  integers,
  rowAsValue,
  jsons,
  texts,
  uuids,
} from '../../src/platform/database/columns.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** What PostgreSQL reads out of a column. */
async function read(type: string, column: Buffer): Promise<unknown[]> {
  const rows = await database.db.rows<{ value: unknown }>(`SELECT v.value FROM unnest($1::${type}[]) AS v (value)`, [column]);
  return rows.map((row) => row.value);
}

const listOf = <V>(values: fc.Arbitrary<V>) => fc.array(fc.option(values, { nil: null }), { maxLength: 20 });
const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** PostgreSQL reads what was written, whatever it is. */
const columns: readonly [type: string, check: () => fc.IAsyncProperty<unknown>][] = [
  ['uuid', () => property('uuid', fc.uuid(), uuids)],
  ['bigint', () => property('bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), bigints)],
  ['integer', () => property('integer', fc.integer(), integers)],
  ['boolean', () => property('boolean', fc.boolean(), booleans)],
  ['"char"', () => property('"char"', fc.constantFrom('D', 'C'), chars)],
  ['date', () => property('date', day, dates)],
  ['text', () => property('text', text, texts)],
  ['jsonb', () => property('jsonb', text, (rows, get) => jsons(rows, (row) => stringified(get(row))))],
];

function property<V>(
  type: string,
  values: fc.Arbitrary<V>,
  write: (rows: (V | null)[], get: (row: V | null) => V | null) => Buffer,
) {
  return fc.asyncProperty(listOf(values), async (rows) => {
    expect(await read(type, write(rows, rowAsValue))).toEqual(rows);
  });
}

function stringified(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

it.each(columns)('writes %s as PostgreSQL reads it', async (_type, check) => {
  await fc.assert(check(), { numRuns: 100 });
});

it('takes a UUID without hyphens, and nothing else for one', async () => {
  expect(await read('uuid', uuids(['0190a0b0c0d07000800000000000000f'], rowAsValue))).toEqual([
    '0190a0b0-c0d0-7000-8000-00000000000f',
  ]);
  for (const wrong of ['', '0190a0b0', 'x190a0b0-c0d0-7000-8000-00000000000f', '0190a0b0-c0d0-7000-8000-00000000000f00']) {
    expect(() => uuids([wrong], rowAsValue)).toThrow();
  }
});
