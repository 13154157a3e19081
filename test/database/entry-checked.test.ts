import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { TwoPeople } from '../support/two-people.js';

/*
 * An entry carries its maker and its checkers, all different people, and the database refuses anything else (domain §3, Approvals). What a
 * guard refuses is also written without it: then it is taken.
 */

let database: TestDatabase;
let two: TwoPeople;
beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  two = new TwoPeople(database);
});
afterAll(() => database.close());

describe('An entry', () => {
  /** A minimal one, as the owner writes it past all code; what it says of who agreed is looked at at once. */
  async function enter(
    owner: pg.Client,
    actor: string,
    approval: string | null,
    checkedBy: readonly string[] | null,
  ): Promise<void> {
    await owner.query('SET CONSTRAINTS entry_follows_approval IMMEDIATE');
    await owner.query(
      `INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, approval_id, checked_by)
       VALUES (1, $1, 2016, 'closing', '2016-01-04', now(), $2, 0, $3, $4)`,
      [randomUUID(), actor, approval, checkedBy],
    );
  }

  async function attempt(actor: string, approval: string | null, checkedBy: readonly string[] | null, drop = ''): Promise<void> {
    await two.without(drop, (owner) => enter(owner, actor, approval, checkedBy));
  }

  const CHECKED = 'ALTER TABLE journal_entry DROP CONSTRAINT journal_entry_checked';
  const FOLLOWS = 'ALTER TABLE journal_entry DISABLE TRIGGER entry_follows_approval';

  /** An approval that two people other than its maker agreed to. */
  async function agreed(): Promise<{ id: string; maker: string; one: string; other: string }> {
    const [maker, one, other] = [await two.person(), await two.person(), await two.person()];
    const id = await two.ask(maker, { steps: 2 });
    await two.agree(id, one);
    await two.anInstant();
    await two.agree(id, other);
    await two.approve(id, other);
    return { id, maker, one, other };
  }

  test('carries its maker and all who agreed', async () => {
    const { id, maker, one, other } = await agreed();
    await attempt(maker, id, [one, other]);
  });

  test.each<[string, (all: { id: string; maker: string; one: string; other: string }) => [string | null, string[] | null]]>([
    ['with one person on both sides', ({ id, maker }) => [id, [maker]]],
    ['with its maker as its second checker', ({ id, maker, one }) => [id, [one, maker]]],
    ['checked twice by one person', ({ id, one }) => [id, [one, one]]],
    ['checked first and last by one person', ({ id, one, other }) => [id, [one, other, one]]],
    ['checked by nobody', ({ id }) => [id, []]],
    ['that names an approval and no checker', ({ id }) => [id, null]],
    ['that names a checker and no approval', ({ one }) => [null, [one]]],
  ])('%s is refused', async (_, of) => {
    const all = await agreed();
    await expect(attempt(all.maker, ...of(all))).rejects.toMatchObject({ code: '23514', constraint: 'journal_entry_checked' });
    await attempt(all.maker, ...of(all), `${CHECKED}; ${FOLLOWS}`);
  });

  test.each<[string, (all: { id: string; maker: string; one: string; other: string }) => [string, string, string[]]]>([
    ['of another maker than its approval’s', ({ id, one, other }) => ['01900000-0000-7000-8000-0000000000ff', id, [one, other]]],
    ['that leaves out who agreed', ({ id, maker, one }) => [maker, id, [one]]],
    ['of an approval that there is not', ({ maker, one, other }) => [maker, randomUUID(), [one, other]]],
  ])('%s is refused', async (_, of) => {
    const all = await agreed();
    await expect(attempt(...of(all))).rejects.toMatchObject({ code: 'FL007' });
    await attempt(...of(all), FOLLOWS);
  });

  test('with two accounts of one person on both sides is refused', async () => {
    const [maker, same] = [await two.person({ staffNo: 'CZ-50' }), await two.person({ staffNo: 'CZ 50' })];
    const id = await two.ask(maker);
    await expect(two.agree(id, same)).rejects.toMatchObject({ code: 'FL007' });
    await expect(attempt(maker, id, [same])).rejects.toMatchObject({ code: 'FL007' });
    await attempt(maker, id, [same], FOLLOWS);
  });

  test('of an approval that waits is refused', async () => {
    const [maker, checker] = [await two.person(), await two.person()];
    const id = await two.ask(maker);
    await two.agree(id, checker);
    await expect(attempt(maker, id, [checker])).rejects.toMatchObject({ code: 'FL007' });
    await two.approve(id, checker);
    await attempt(maker, id, [checker]);
  });
});
