import { seedPolicy } from '../../src/budget/seed/seed-policy.js';
import { findFund, findLine, ProgrammeLine } from '../../src/budget/index.js';
import { lineSeeds } from '../../src/budget/seed/seed-policy.js';
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
    for (const [index, line] of lineSeeds().entries()) expect(rows[index]?.rule).toEqual(line.rule);
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
      await owner.query(
        `UPDATE programme_line SET rule = jsonb_set(rule, '{amount,rate}', '"0.2"'), version = 2 WHERE code = 'talent'`,
      );
      await owner.query(`UPDATE fiscal_year SET status = 'closed' WHERE year = 2013`);
    });
    const before = await everything();
    await seedPolicy(database.db);
    expect(await everything()).toEqual(before);
    const talent = await findLine(database.db, await fundId(), 'talent');
    expect(talent?.rule.amount).toEqual({ kind: 'rate', rate: '0.2', of: 'annualSalary' });
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
        'SELECT * FROM account ORDER BY id',
      ].map((text) => database.db.rows(text)),
    );
  }
});
