import { randomUUID } from 'node:crypto';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import type { User } from '../../src/identity/users/user.entity.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { AGREE, APPROVE, TwoPeople } from '../support/two-people.js';
import { until } from '../support/until.js';

/*
 * The database itself refuses who may not decide, and what no longer waits (domain §3, Approvals). What a trigger refuses is also written
 * without it: then it is taken.
 */

let database: TestDatabase;
let two: TwoPeople;
beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  two = new TwoPeople(database);
});
afterAll(() => database.close());

describe('Who decides', () => {
  const refused = (id: string, by: string): Promise<void> =>
    two.refusedBy('decision_by_another', 'approval_decision', AGREE, [id, by]);

  test('is another user of finance', async () => {
    const id = await two.ask(await two.demonstrationUser('finance'));
    const checker = await two.demonstrationUser('finance2');
    await two.agree(id, checker);
    await two.approve(id, checker);
    const [row] = await database.db.rows('SELECT status, decided_by AS by FROM approval WHERE id = $1', [id]);
    expect(row).toEqual({ status: 'approved', by: checker });
  });

  test('of what an officer asked for is one user of finance', async () => {
    const id = await two.ask(await two.demonstrationUser('officer'), { role: 'officer' });
    await two.agree(id, await two.demonstrationUser('finance'));
  });

  test('is never the maker', async () => {
    const maker = await two.demonstrationUser('finance');
    await refused(await two.ask(maker), maker);
  });

  test('is never the maker under another account', async () => {
    const maker = await two.person({ displayName: '陳小文', staffNo: 'CZ-1' });
    const id = await two.ask(maker);
    await refused(await two.ask(await two.person({ displayName: '黃一' })), await two.person({ displayName: '黃 一' }));
    // Both were there before it was asked, the second under another name.
    const other = await two.person({ displayName: '陳小文（二）', staffNo: 'cz1' });
    await refused(await two.ask(maker), other);
    await refused(id, other);
  });

  test.each(['officer', 'auditor', 'admin'])('is never the %s', async (username) => {
    await refused(await two.ask(await two.demonstrationUser('finance')), await two.demonstrationUser(username));
  });

  test('is nobody who is shut out', async () => {
    const checker = await two.person();
    await two.change(checker, { active: false });
    await refused(await two.ask(await two.demonstrationUser('finance')), checker);
  });

  test.each<[string, Partial<User>, Partial<User>]>([
    ['was made finance', { role: 'auditor' }, { role: 'finance' }],
    ['was let in', { active: false }, { active: true }],
    ['was given another name', {}, { displayName: '改名' }],
    ['was given a staff number', {}, { staffNo: 'CZ-77' }],
    ['was given another password', {}, { passwordHash: 'another' }],
  ])('is nobody who %s after it was asked for', async (_, before, after) => {
    const checker = await two.person();
    await two.change(checker, before);
    const id = await two.ask(await two.demonstrationUser('finance'));
    await two.change(checker, after);
    await refused(id, checker);
    await two.agree(await two.ask(await two.demonstrationUser('finance')), checker);
  });

  test('is nobody once the maker, or who agreed before, was changed: who was one person may have two names by now', async () => {
    const maker = await two.person({ displayName: '林三' });
    const other = await two.person({ displayName: '林三' });
    const asked = await two.ask(maker);
    await two.change(maker, { displayName: '林四' });
    await refused(asked, other);
    const agreed = await two.person({ displayName: '周五' });
    const again = await two.person({ displayName: '周五' });
    const next = await two.ask(await two.demonstrationUser('finance'), { steps: 2 });
    await two.agree(next, agreed);
    await two.change(agreed, { displayName: '周六' });
    await refused(next, again);
  });

  test('is nobody who was made a user after it was asked for', async () => {
    const id = await two.ask(await two.demonstrationUser('finance'));
    await two.anInstant();
    await refused(id, await two.person());
  });

  test('has decided no earlier than it was asked for', async () => {
    const id = await two.ask(await two.demonstrationUser('finance'));
    const early = AGREE.replace('decided_by)', 'decided_by, decided_at)').replace(', $2)', `, $2, now() - interval '1 second')`);
    await two.refusedBy('decision_by_another', 'approval_decision', early, [id, await two.demonstrationUser('finance2')]);
  });

  test('is nobody twice, under whatever account', async () => {
    const [first, same] = [await two.person({ staffNo: 'CZ-20' }), await two.person({ staffNo: 'CZ 20' })];
    const id = await two.ask(await two.demonstrationUser('finance'), { steps: 2 });
    await two.agree(id, first);
    // By the table's key already.
    await expect(two.agree(id, first)).rejects.toMatchObject({ code: 'FL007' });
    await refused(id, same);
    await two.agree(id, await two.demonstrationUser('finance2'));
  });

  test('is nobody twice with two accounts at once', async () => {
    const [first, same] = [await two.person({ staffNo: 'CZ-21' }), await two.person({ staffNo: 'CZ21' })];
    const id = await two.ask(await two.demonstrationUser('finance'), { steps: 2 });
    let second: Promise<unknown> = Promise.resolve();
    await database.db.transaction(async (tx) => {
      await two.agree(id, first, tx);
      let isOver = false;
      second = two.agree(id, same).then(
        () => 'agreed',
        (error: unknown) => error,
      );
      void second.then(() => (isOver = true));
      await until('it waits', async () => isOver || (await isWaiting()), 10_000);
    });
    expect(await second).toMatchObject({ code: 'FL007' });
  });

  async function isWaiting(): Promise<boolean> {
    const rows = await database.db.rows(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO approval_decision%'`,
    );
    return rows.length > 0;
  }
});

describe('What waits', () => {
  const changed = (text: string, values: readonly unknown[]): Promise<void> =>
    two.refusedBy('approval_is_decided_once', 'approval', text, values);

  test('is not approved by fewer than it asks for', async () => {
    const [first, second] = [await two.demonstrationUser('finance2'), await two.person()];
    const id = await two.ask(await two.demonstrationUser('finance'), { steps: 2 });
    await changed(APPROVE, [id, first]);
    await two.agree(id, first);
    await changed(APPROVE, [id, first]);
    await two.agree(id, second);
    await two.approve(id, second);
  });

  test('is not approved by those who saw something else', async () => {
    const checker = await two.demonstrationUser('finance2');
    const id = await two.ask(await two.demonstrationUser('finance'));
    await two.agree(id, checker);
    await database.db.rows(`UPDATE approval SET preview_hash = 'another' WHERE id = $1`, [id]);
    await changed(APPROVE, [id, checker]);
  });

  test('is never asked of fewer people than before', async () => {
    const id = await two.ask(await two.demonstrationUser('finance'), { steps: 2 });
    await changed('UPDATE approval SET steps = 1 WHERE id = $1', [id]);
    await database.db.rows('UPDATE approval SET steps = 3 WHERE id = $1', [id]);
  });

  test('is not changed once it is decided', async () => {
    const checker = await two.demonstrationUser('finance2');
    const id = await two.ask(await two.demonstrationUser('finance'));
    await two.agree(id, checker);
    await two.approve(id, checker);
    for (const to of [`status = 'rejected'`, 'steps = 2', `reason = '改'`, `result = '{}'`, `preview = '{"a":1}'`]) {
      await changed(`UPDATE approval SET ${to} WHERE id = $1`, [id]);
    }
    // Nor does anybody agree to it any more.
    await two.refusedBy('decision_by_another', 'approval_decision', AGREE, [id, await two.person()]);
  });

  test('is not approved, or rejected, by its maker, nor withdrawn by another', async () => {
    const [maker, other] = [await two.demonstrationUser('finance'), await two.demonstrationUser('finance2')];
    const id = await two.ask(maker);
    const decide = `UPDATE approval SET status = $2, decided_by = $3, decided_at = clock_timestamp() WHERE id = $1`;
    await expect(database.db.rows(decide, [id, 'rejected', maker])).rejects.toMatchObject({ constraint: 'approval_by_another' });
    await expect(database.db.rows(decide, [id, 'withdrawn', other])).rejects.toMatchObject({
      constraint: 'approval_withdrawn_by_maker',
    });
    await database.db.rows(decide, [id, 'withdrawn', maker]);
  });

  test('is not decided before it was asked for', async () => {
    const maker = await two.demonstrationUser('finance');
    const id = await two.ask(maker);
    await changed(
      `UPDATE approval SET status = 'withdrawn', decided_by = $2, decided_at = requested_at - interval '2 milliseconds' WHERE id = $1`,
      [id, maker],
    );
  });

  // Else one who was made a user, or of finance, since could decide it.
  test('was asked for when it was, whatever is said, and waits for a year at most', async () => {
    const maker = await two.demonstrationUser('finance');
    const ask = `INSERT INTO approval (fund_id, id, kind, act, data, request, steps, preview, preview_hash, requested_by, requested_role, language,
                                       requested_at, expires_at)
                 VALUES (1, $1, 'merge', 'post', '{}', '{}', 1, '{}', 'seen', $2, 'finance', 'en', $3, now() + $4::interval)`;
    for (const said of ['2016-01-01', '2999-01-01']) {
      const id = randomUUID();
      await database.db.rows(ask, [id, maker, said, '365 days']);
      const [row] = await database.db.rows(
        `SELECT requested_at BETWEEN now() - interval '10 seconds' AND now() AS "isNow" FROM approval WHERE id = $1`,
        [id],
      );
      expect(row).toEqual({ isNow: true });
    }
    await two.refusedBy('approval_starts_pending', 'approval', ask, [randomUUID(), maker, 'now', '367 days']);
  });

  test('is not asked for with a decision already made', async () => {
    const maker = await two.demonstrationUser('finance');
    const id = await two.ask(maker);
    await two.refusedBy(
      'approval_starts_pending',
      'approval',
      `INSERT INTO approval (fund_id, id, kind, act, data, request, steps, preview, preview_hash, requested_by, requested_role, language,
                             expires_at, status, decided_by, decided_at)
       SELECT fund_id, $2, kind, act, data, request, steps, preview, preview_hash, requested_by, requested_role, language, expires_at,
              'approved', $3, now() FROM approval WHERE id = $1`,
      [id, randomUUID(), await two.demonstrationUser('finance2')],
    );
  });

  test.each([
    ['approval', 'approval_not_deleted', 'DELETE FROM approval WHERE id = $1'],
    ['approval', 'approval_is_decided_once', `UPDATE approval SET data = '{"other":1}' WHERE id = $1`],
    ['approval_decision', 'approval_decision_stays', 'DELETE FROM approval_decision WHERE approval_id = $1'],
    ['approval_decision', 'approval_decision_stays', `UPDATE approval_decision SET reason = 'x' WHERE approval_id = $1`],
  ])('leaves its %s as it is: %s', async (table, guard, text) => {
    const id = await two.ask(await two.demonstrationUser('finance'));
    if (table === 'approval_decision') await two.agree(id, await two.demonstrationUser('finance2'));
    // The run-time role lacks the right; the owner meets the trigger.
    await expect(database.db.rows(text, [id])).rejects.toMatchObject({ code: '42501' });
    await asOwner(database, async (owner) => {
      await expect(owner.query(text, [id])).rejects.toMatchObject({ code: expect.stringMatching(/^FL00[17]$/) as string });
    });
    await two.without(`ALTER TABLE ${table} DISABLE TRIGGER ${guard}`, (owner) => owner.query(text, [id]));
  });
});
