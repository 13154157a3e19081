import { seedPolicy } from '../../src/budget/seed/seed-policy.js';
import { findFund, findLine, ProgrammeLine } from '../../src/budget/index.js';
import { lineSeeds } from '../../src/budget/seed/seed-policy.js';
import { versionsOf } from '../../src/budget/lines/rule-versions.js';
import { businessDateOf } from '../../src/kernel/index.js';
import { setRule } from '../support/line-rule.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

describe('the policy in the database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  it('has the nineteen lines as the seeds say them', async () => {
    const rows = await database.db.manager.find(ProgrammeLine, { where: { fundId: await fundId() }, order: { position: 'ASC' } });
    expect(rows.map((row) => row.code)).toEqual(lineSeeds().map((line) => line.code));
    const versions = await versionsOf(
      database.db,
      await fundId(),
      rows.map(({ id }) => id),
    );
    for (const [index, line] of lineSeeds().entries()) {
      const row = rows[index];
      expect([row?.title, row?.pays, row?.reading]).toEqual([line.title, line.pays, line.reading]);
      expect(versions.get(row?.id ?? 0)).toMatchObject([{ number: 1, from: '2013-01-01', rule: line.rule }]);
    }
  });

  it('has five open years, each with every account of the chart', async () => {
    const rows = await database.db.rows<{ year: number; status: string; accounts: number; lines: number }>(
      `SELECT y.year, y.status, count(a.id)::integer AS accounts, count(DISTINCT a.line_id)::integer AS lines
         FROM fiscal_year y LEFT JOIN account a ON a.fund_id = y.fund_id AND a.fiscal_year = y.year
        GROUP BY y.fund_id, y.year ORDER BY y.year`,
    );
    expect(rows).toEqual(
      [2013, 2014, 2015, 2016, 2017].map((year) => ({ year, status: 'open', accounts: 5 + 19 * 9, lines: 19 })),
    );
  });

  it('gives every account but the adjustments a floor of zero', async () => {
    const rows = await database.db.rows<{ code: number }>('SELECT DISTINCT code FROM account WHERE floor IS NULL');
    expect(rows).toEqual([{ code: 4120 }]);
  });

  it('keeps what finance changed, and adds only what is missing', async () => {
    await asOwner(database, async (owner) => {
      await owner.query(`UPDATE programme_line SET title_en = 'Talent', version = 2 WHERE code = 'talent'`);
      await owner.query(`UPDATE fiscal_year SET status = 'closed' WHERE year = 2013`);
    });
    const before = await everything();
    await seedPolicy(database.db);
    expect(await everything()).toEqual(before);
    expect(await findLine(database.db, await fundId(), 'talent')).toMatchObject({ title: { en: 'Talent' }, version: 2 });
  });

  it('follows the seeds on a line that nobody has changed: its text at once, its rule for what is reserved from today on', async () => {
    await asOwner(database, async (owner) => {
      await owner.query(`UPDATE programme_line SET title_zh_hant = '舊名', pays = NULL WHERE code = 'ipo'`);
    });
    await setRule(database.db, 'ipo', (rule) => ({ ...rule, facts: [] }));
    await seedPolicy(database.db);
    const seed = lineSeeds().find((line) => line.code === 'ipo');
    const ipo = await findLine(database.db, await fundId(), 'ipo');
    expect(ipo).toMatchObject({ title: seed?.title, pays: seed?.pays, version: 1 });
    const versions = (await versionsOf(database.db, await fundId(), [ipo?.id ?? 0])).get(ipo?.id ?? 0);
    const today = businessDateOf(new Date());
    expect(versions?.map(({ number, from }) => [number, from])).toEqual([
      [1, '2013-01-01'],
      [2, '2013-01-01'],
      [3, today],
    ]);
    expect(versions?.[2]?.rule).toEqual(seed?.rule);
  });

  async function fundId(): Promise<number> {
    const fund = await findFund(database.db, 'gz-ecommerce');
    if (fund === null) throw new Error('The fund is missing');
    return fund.id;
  }

  async function everything(): Promise<unknown> {
    return Promise.all(
      [
        'SELECT * FROM fund',
        'SELECT * FROM fiscal_year ORDER BY year',
        'SELECT * FROM programme_line ORDER BY id',
        'SELECT * FROM line_rule_version ORDER BY line_id, number',
        'SELECT * FROM account ORDER BY id',
      ].map((text) => database.db.rows(text)),
    );
  }
});
