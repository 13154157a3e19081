import pg from 'pg';
import { findFund, findLine, type Fund } from '../../src/budget/index.js';
import { addLine, changeLine } from '../../src/budget/lines/change-line.js';
import { openYear } from '../../src/budget/years/open-year.js';
import { positionOf } from '../../src/budget/positions/position.js';
import { settledInstant } from '../../src/budget/positions/settled-instant.js';
import { lineSeeds } from '../../src/budget/seed/seed-policy.js';
import type { NewLineDto } from '../../src/budget/lines/line-request.dto.js';
import { FINANCE } from '../support/ledger.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { recordEntry, transferLegs, type HandEntry } from '../support/record-entry.js';

const YEAR = 2016;

describe('the catalogue and its positions', () => {
  let database: TestDatabase;
  let fund: Fund;

  beforeAll(async () => {
    database = await testDatabase();
    const found = await findFund(database.db, 'gz-ecommerce');
    if (found === null) throw new Error('The fund is missing');
    fund = found;
  });
  afterAll(() => database.close());

  describe('position of a year', () => {
    let instants: Date[] = [];

    it('is all zeros before anything is posted, with every line named in three languages', async () => {
      const position = await positionOf(database.db, fund, YEAR);
      expect(position).toMatchObject({
        fund: 'gz-ecommerce',
        fiscalYear: YEAR,
        status: 'open',
        appropriated: '0.00',
        executionRate: '0.0000',
      });
      expect(position?.lines.map((line) => line.line)).toEqual(lineSeeds().map((line) => line.code));
      expect(position?.lines[12]?.title).toEqual({
        zhHant: '推動電子商務企業上市',
        zhHans: '推动电子商务企业上市',
        en: 'Stock market listings of e-commerce enterprises',
      });
    });

    it('adds up as domain §4 says', async () => {
      instants = await postYear();
      const position = await positionOf(database.db, fund, YEAR);
      expect(position).toMatchObject({
        appropriated: '1000.00',
        adjusted: '-50.00',
        unallotted: '700.00',
        allotted: '250.00',
        available: '100.00',
        reserved: '90.00',
        committed: '0.00',
        disbursed: '60.00',
        overCommitted: '0.00',
        executionRate: '0.2400',
      });
      expect(position?.lines.find((line) => line.line === 'ipo')).toMatchObject({
        allotted: '250.00',
        available: '100.00',
        executionRate: '0.2400',
      });
      expect(position?.lines.find((line) => line.line === 'talent')).toMatchObject({
        allotted: '0.00',
        available: '0.00',
        executionRate: '0.0000',
      });
    });

    it('does not exist for a year that the fund has not', async () => {
      expect(await positionOf(database.db, fund, 2031)).toBeNull();
    });

    it('is told as of a business date', async () => {
      const march = await positionOf(database.db, fund, YEAR, { asOf: '2016-03-31' });
      expect(march).toMatchObject({
        asOf: '2016-03-31',
        appropriated: '1000.00',
        adjusted: '0.00',
        unallotted: '700.00',
        available: '300.00',
        reserved: '0.00',
      });
      expect(await positionOf(database.db, fund, YEAR, { asOf: '2015-12-31' })).toMatchObject({
        appropriated: '0.00',
        unallotted: '0.00',
      });
    });

    it('is told as of an instant, and at both clocks together', async () => {
      const afterAllotment = at(instants, 1);
      const known = await positionOf(database.db, fund, YEAR, { recordedAsOf: afterAllotment });
      expect(known).toMatchObject({
        recordedAsOf: afterAllotment.toISOString(),
        appropriated: '1000.00',
        unallotted: '700.00',
        available: '300.00',
      });
      const end = at(instants, -1);
      const both = { asOf: '2016-05-31', recordedAsOf: end };
      expect(await positionOf(database.db, fund, YEAR, both)).toMatchObject({
        available: '150.00',
        reserved: '150.00',
        disbursed: '0.00',
      });
      const early = { asOf: '2016-12-31', recordedAsOf: afterAllotment };
      expect(await positionOf(database.db, fund, YEAR, early)).toMatchObject({ available: '300.00', reserved: '0.00' });
    });

    it('waits until an instant that has just come is settled', async () => {
      const writer = new pg.Client({ connectionString: database.url });
      await writer.connect();
      await writer.query('BEGIN');
      await writer.query('SELECT pg_current_xact_id()');
      const now = new Date();
      const [position] = await Promise.all([
        positionOf(database.db, fund, YEAR, { recordedAsOf: now }),
        new Promise((resolve) => setTimeout(resolve, 100)).then(() => writer.query('COMMIT')),
      ]);
      await writer.end();
      expect(position).toMatchObject({ recordedAsOf: now.toISOString() });
    });

    it('does not promise an instant that a running transaction can still write into', async () => {
      const writer = new pg.Client({ connectionString: database.url });
      await writer.connect();
      try {
        await writer.query('BEGIN');
        const { rows } = await writer.query<{ began: Date }>(
          `SELECT now() AS began, id FROM account ORDER BY id LIMIT 1 FOR UPDATE`,
        );
        await wait(30);
        const began = rows[0]?.began.getTime() ?? 0;
        const used = await settledInstant(database.db, new Date());
        expect(used.getTime()).toBeLessThan(began);
        await writer.query('COMMIT');
      } finally {
        await writer.end();
      }
      const past = new Date(Date.now() - 60_000);
      expect(await settledInstant(database.db, past)).toEqual(past);
      expect((await settledInstant(database.db, new Date(Date.now() + 60_000))).getTime()).toBeLessThanOrEqual(Date.now());
    });
  });

  describe('opening a year', () => {
    it('is done once, and for run-off in order, at most ten years after the last', async () => {
      const open = (year: number) => database.db.transaction((tx) => openYear(tx, fund, year));
      expect(await codeOf(open(2016))).toBe('already-decided');
      expect(await codeOf(open(2012))).toBe('not-found');
      expect(await codeOf(open(2019))).toBe('year-not-open');
      expect(await codeOf(open(2018))).toBe('ok');
      expect(await codeOf(open(2018))).toBe('already-decided');
      expect(await codeOf(open(2019))).toBe('ok');
      expect(await codeOf(open(2028))).toBe('not-found');
      const rows = await database.db.rows<{ count: number }>(
        'SELECT count(*)::integer AS count FROM account WHERE fiscal_year = 2019',
      );
      expect(rows).toEqual([{ count: 176 }]);
    });
  });

  describe('changing a line', () => {
    const extra: NewLineDto = {
      code: 'livestream',
      section: '二(二)3',
      title: { zhHant: '直播', zhHans: '直播', en: 'Live streaming' },
      leadAgencies: ['市經貿委'],
      form: 'subsidy',
      reservable: true,
      rule: { amount: { kind: 'discretionary' }, facts: [] },
    };

    it('adds it behind the others with accounts in every open year, once', async () => {
      const add = () => database.db.transaction((tx) => addLine(tx, fund.id, extra, FINANCE.id));
      expect(await codeOf(add())).toBe('ok');
      expect(await codeOf(add())).toBe('already-exists');
      const rows = await database.db.rows(
        `SELECT fiscal_year, count(*)::integer AS count FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE l.code = 'livestream' GROUP BY fiscal_year ORDER BY fiscal_year`,
      );
      const open = [2013, 2014, 2015, 2016, 2017, 2018, 2019];
      expect(rows).toEqual(open.map((year) => ({ fiscal_year: year, count: 9 })));
      expect((await positionOf(database.db, fund, YEAR))?.lines.at(-1)?.line).toBe('livestream');
    });

    it('needs the version that was read', async () => {
      const change = (version: number) =>
        database.db.transaction((tx) => changeLine(tx, fund.id, 'training', version, { section: '二(五)三' }, FINANCE.id));
      expect(await codeOf(change(7))).toBe('version-conflict');
      expect(await codeOf(change(1))).toBe('ok');
      expect(await codeOf(change(1))).toBe('version-conflict');
      expect(await findLine(database.db, fund.id, 'training')).toMatchObject({ section: '二(五)三', version: 2 });
    });

    it('closes a line only with a reason, and asks for reconciliation', async () => {
      const change = (body: { reservable: boolean; reason?: string }) =>
        database.db.transaction((tx) => changeLine(tx, fund.id, 'market-app', 1, body, FINANCE.id));
      expect(await codeOf(change({ reservable: false }))).toBe('validation-failed');
      const waiting = (await database.db.rows('SELECT FROM outbox')).length;
      expect(await codeOf(change({ reservable: false, reason: '本年度不受理' }))).toBe('ok');
      expect(await database.db.rows('SELECT FROM outbox')).toHaveLength(waiting + 7);
    });

    it('waits for postings that hold the accounts of the line', async () => {
      const posting = new pg.Client({ connectionString: database.url });
      await posting.connect();
      try {
        await posting.query('BEGIN');
        await posting.query(
          `SELECT a.id FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
            WHERE l.code = 'ipo' AND a.fiscal_year = 2016 AND a.code = 4610 FOR UPDATE OF a`,
        );
        let done = false;
        const changing = database.db
          .transaction((tx) => changeLine(tx, fund.id, 'ipo', 1, { section: '二(五)三' }, FINANCE.id))
          .finally(() => (done = true));
        await wait(150);
        expect(done).toBe(false);
        await posting.query('COMMIT');
        expect(await codeOf(changing)).toBe('ok');
      } finally {
        await posting.end();
      }
    });
  });

  /** Appropriation, allotment, reservation, payment, reduction; answers when each was recorded. */
  async function postYear(): Promise<Date[]> {
    const entries: HandEntry[] = [
      entry('appropriation', '2016-01-05', { account: 4110 }, { account: 4450 }, 100_000n),
      entry('allotment', '2016-02-01', { account: 4450 }, { account: 4610, line: 'ipo' }, 30_000n),
      entry('reserve', '2016-05-01', { account: 4610, line: 'ipo' }, { account: 4700, line: 'ipo' }, 15_000n),
      entry('commit', '2016-06-01', { account: 4700, line: 'ipo' }, { account: 4801, line: 'ipo' }, 6_000n),
      entry('disburse', '2016-07-01', { account: 4801, line: 'ipo' }, { account: 4902, line: 'ipo' }, 6_000n),
      entry('reduction', '2016-08-01', { account: 4610, line: 'ipo' }, { account: 4120 }, 5_000n),
    ];
    await asOwner(database, async (owner) => {
      for (const one of entries) {
        await recordEntry(owner, one);
        await wait(5);
      }
    });
    const rows = await database.db.rows<{ recorded_at: Date }>('SELECT recorded_at FROM journal_entry ORDER BY recorded_at, id');
    return rows.map((row) => row.recorded_at);
  }
});

function entry(
  kind: string,
  effectiveOn: string,
  debit: { account: number; line?: string },
  credit: { account: number; line?: string },
  amountFen: bigint,
): HandEntry {
  return { kind, fiscalYear: YEAR, effectiveOn, legs: transferLegs(debit, credit, amountFen) };
}

async function codeOf(result: Promise<{ ok: boolean } | { ok: false; problem: { code: string } }>): Promise<string> {
  const settled = await result;
  return 'problem' in settled ? settled.problem.code : 'ok';
}

function at(instants: readonly Date[], index: number): Date {
  const instant = instants.at(index);
  if (instant === undefined) throw new Error('No such entry');
  return instant;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
