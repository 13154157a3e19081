import pg from 'pg';
import type { Actor } from '../../src/kernel/index.js';
import { agencyScope, ProblemError } from '../../src/kernel/index.js';
import { readEntry } from '../../src/reports/journal/journal.js';
import { entries, type EntryFilter } from '../../src/reports/journal/journal.sql.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { recordEntry, transferLegs } from '../support/record-entry.js';

// manufacturing-app is led by 市經貿委, payment-licence by 市金融辦.
const LED = 'manufacturing-app';
const FOREIGN = 'payment-licence';
const finance: Actor = {
  id: '00000000-0000-7000-8000-000000000001',
  username: 'finance',
  role: 'finance',
  agency: null,
  reaches: [],
};
const officer: Actor = { ...finance, username: 'officer', role: 'officer', agency: '市經貿委', reaches: ['市經貿委'] };

let database: TestDatabase;
let owner: pg.Client;
const ids: Record<'appropriation' | 'led' | 'foreign' | 'virement' | 'later', string> = {
  appropriation: '',
  led: '',
  foreign: '',
  virement: '',
  later: '',
};

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const allot = (line: string) => transferLegs({ account: 4450 }, { account: 4610, line }, 1_000_00n);
  ids.appropriation = await recordEntry(owner, {
    kind: 'appropriation',
    fiscalYear: 2016,
    effectiveOn: '2016-01-04',
    legs: transferLegs({ account: 4110 }, { account: 4450 }, 9_000_00n),
  });
  const allotment = { kind: 'allotment', fiscalYear: 2016, effectiveOn: '2016-02-01' };
  ids.led = await recordEntry(owner, { ...allotment, line: LED, legs: allot(LED) });
  ids.foreign = await recordEntry(owner, { ...allotment, line: FOREIGN, legs: allot(FOREIGN) });
  ids.virement = await recordEntry(owner, {
    kind: 'virement',
    fiscalYear: 2016,
    effectiveOn: '2016-03-01',
    line: FOREIGN,
    details: { fromLine: FOREIGN, toLine: LED },
    legs: transferLegs({ account: 4610, line: FOREIGN }, { account: 4610, line: LED }, 100_00n),
  });
  ids.later = await recordEntry(owner, {
    kind: 'appropriation',
    fiscalYear: 2017,
    effectiveOn: '2017-01-04',
    legs: transferLegs({ account: 4110 }, { account: 4450 }, 9_000_00n),
  });
});

afterAll(async () => {
  await owner.end();
  await database.close();
});

async function found(filter: EntryFilter, actor = finance, before: string | null = null, limit = 50): Promise<string[]> {
  const rows = await entries(database.db, agencyScope(actor), filter, before, limit);
  return rows.map((row) => Object.entries(ids).find(([, id]) => id === row.id)?.[0] ?? row.id);
}

describe('journal', () => {
  it('lists newest first, page by page', async () => {
    expect(await found({})).toEqual(['later', 'virement', 'foreign', 'led', 'appropriation']);
    expect(await found({}, finance, ids.foreign, 1)).toEqual(['led']);
    expect(await found({}, finance, null, 2)).toEqual(['later', 'virement']);
  });

  it('narrows by every filter, and by several', async () => {
    expect(await found({ fund: 'gz-ecommerce', fiscalYear: 2017 })).toEqual(['later']);
    expect(await found({ fund: 'nothing' })).toEqual([]);
    expect(await found({ account: '4110' })).toEqual(['later', 'appropriation']);
    expect(await found({ line: LED })).toEqual(['virement', 'led']);
    expect(await found({ kind: 'allotment', line: FOREIGN })).toEqual(['foreign']);
    expect(await found({ from: '2016-02-01', to: '2016-02-28' })).toEqual(['foreign', 'led']);
    expect(await found({ award: ids.led })).toEqual([]);
  });

  it('shows an officer what its agency leads, either side of a virement, and what belongs to no line', async () => {
    expect(await found({}, officer)).toEqual(['later', 'virement', 'led', 'appropriation']);
    await expect(readEntry(database.db, officer, ids.foreign, 'en')).rejects.toThrow(ProblemError);
    expect((await readEntry(database.db, officer, ids.virement, 'en')).line).toBe(FOREIGN);
  });

  it('reads an entry with its postings, debits first', async () => {
    const entry = await readEntry(database.db, finance, ids.virement, 'zh-Hant');
    expect(entry).toMatchObject({
      fund: 'gz-ecommerce',
      fiscalYear: 2016,
      kind: 'virement',
      amount: '100.00',
      effectiveOn: '2016-03-01',
      award: null,
    });
    expect(entry.postings).toEqual([
      {
        account: '4610',
        accountTitle: '可用',
        line: FOREIGN,
        side: 'debit',
        amount: '100.00',
        balanceAfter: '900.00',
        version: '2',
      },
      {
        account: '4610',
        accountTitle: '可用',
        line: LED,
        side: 'credit',
        amount: '100.00',
        balanceAfter: '1100.00',
        version: '2',
      },
    ]);
  });

  it('does not know other entries', async () => {
    await expect(readEntry(database.db, finance, finance.id, 'en')).rejects.toMatchObject({ problem: { code: 'not-found' } });
  });
});
