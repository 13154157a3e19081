import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { APPROVE, TwoPeople } from '../support/two-people.js';

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
  /** A minimal one, as the owner writes it past all code; what it says of who agreed is looked at at once. `at`: when it says that it was. */
  async function enter(
    owner: pg.Client,
    actor: string,
    approval: string | null,
    checkedBy: readonly string[] | null,
    at: string = DECIDED_AT,
  ): Promise<void> {
    await owner.query('SET CONSTRAINTS entry_follows_approval IMMEDIATE');
    await owner.query(
      `INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, approval_id, checked_by)
       VALUES (1, $1, 2016, 'closing', '2016-01-04', coalesce(${at}, now()), $2, 0, $3, $4)`,
      [randomUUID(), actor, approval, checkedBy],
    );
  }

  const DECIDED_AT = '(SELECT decided_at FROM approval WHERE id = $3)';

  /** `approves`: who approves it in the transaction of the entry; null: nobody. */
  async function attempt(
    actor: string,
    approval: string | null,
    checkedBy: readonly string[] | null,
    { approves, drop = '', at }: { readonly approves: readonly [id: string, by: string] | null; drop?: string; at?: string },
  ): Promise<void> {
    await two.without(drop, async (owner) => {
      if (approves !== null) await owner.query(APPROVE, [...approves]);
      await enter(owner, actor, approval, checkedBy, at);
    });
  }

  const CHECKED = 'ALTER TABLE journal_entry DROP CONSTRAINT journal_entry_checked';
  const FOLLOWS = 'ALTER TABLE journal_entry DISABLE TRIGGER entry_follows_approval';

  type Agreed = Readonly<Record<'id' | 'maker' | 'one' | 'other', string>> & { readonly approves: readonly [string, string] };

  /** An approval that two people other than its maker agreed to, and how the second approves it. */
  async function agreed(): Promise<Agreed> {
    const [maker, one, other] = [await two.person(), await two.person(), await two.person()];
    const id = await two.ask(maker, { steps: 2 });
    await two.agree(id, one);
    await two.anInstant();
    await two.agree(id, other);
    return { id, maker, one, other, approves: [id, other] };
  }

  test('carries its maker and all who agreed', async () => {
    const { id, maker, one, other, approves } = await agreed();
    await attempt(maker, id, [one, other], { approves });
  });

  test.each<[string, (all: Agreed) => [string | null, string[] | null]]>([
    ['with one person on both sides', ({ id, maker }) => [id, [maker]]],
    ['with its maker as its second checker', ({ id, maker, one }) => [id, [one, maker]]],
    ['checked twice by one person', ({ id, one }) => [id, [one, one]]],
    ['checked first and last by one person', ({ id, one, other }) => [id, [one, other, one]]],
    ['checked by nobody', ({ id }) => [id, []]],
    ['that names an approval and no checker', ({ id }) => [id, null]],
    ['that names a checker and no approval', ({ one }) => [null, [one]]],
  ])('%s is refused', async (_, of) => {
    const all = await agreed();
    const { maker, approves } = all;
    await expect(attempt(maker, ...of(all), { approves })).rejects.toMatchObject({
      code: '23514',
      constraint: 'journal_entry_checked',
    });
    await attempt(maker, ...of(all), { approves, drop: `${CHECKED}; ${FOLLOWS}` });
  });

  test.each<[string, (all: Agreed) => [string, string, string[]]]>([
    ['of another maker than its approval’s', ({ id, one, other }) => ['01900000-0000-7000-8000-0000000000ff', id, [one, other]]],
    ['that leaves out who agreed', ({ id, maker, one }) => [maker, id, [one]]],
    ['of an approval that there is not', ({ maker, one, other }) => [maker, randomUUID(), [one, other]]],
  ])('%s is refused', async (_, of) => {
    const all = await agreed();
    const { approves } = all;
    await expect(attempt(...of(all), { approves })).rejects.toMatchObject({ code: 'FL007' });
    await attempt(...of(all), { approves, drop: FOLLOWS });
  });

  test('with two accounts of one person on both sides is refused', async () => {
    const [maker, same] = [await two.person({ staffNo: 'CZ-50' }), await two.person({ staffNo: 'CZ 50' })];
    const id = await two.ask(maker);
    await expect(two.agree(id, same)).rejects.toMatchObject({ code: 'FL007' });
    await expect(attempt(maker, id, [same], { approves: null })).rejects.toMatchObject({ code: 'FL007' });
    await attempt(maker, id, [same], { approves: null, drop: FOLLOWS });
  });

  test('of an approval that waits is refused', async () => {
    const { id, maker, one, other, approves } = await agreed();
    await expect(attempt(maker, id, [one, other], { approves: null })).rejects.toMatchObject({ code: 'FL007' });
    await attempt(maker, id, [one, other], { approves });
  });

  test('that comes behind what was approved is refused, though it says that it was then', async () => {
    const { id, maker, one, other } = await agreed();
    await two.approve(id, other);
    await expect(attempt(maker, id, [one, other], { approves: null })).rejects.toMatchObject({ code: 'FL007' });
    await attempt(maker, id, [one, other], { approves: null, drop: FOLLOWS });
  });

  test('that says another instant than its approval’s is refused', async () => {
    const { id, maker, one, other, approves } = await agreed();
    const at = `now() + interval '1 second'`;
    await expect(attempt(maker, id, [one, other], { approves, at })).rejects.toMatchObject({ code: 'FL007' });
    await attempt(maker, id, [one, other], { approves, at, drop: FOLLOWS });
  });
});
