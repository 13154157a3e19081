import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { User } from '../../src/identity/users/user.entity.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { TwoPeople } from '../support/two-people.js';

/* Maker and checker are two people, not two accounts (domain §3, Approvals). */

let database: TestDatabase;
let two: TwoPeople;
beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  two = new TwoPeople(database);
});
afterAll(() => database.close());

async function areOne(one: string, other: string): Promise<boolean | undefined> {
  const [row] = await database.db.rows<{ same: boolean }>('SELECT is_same_person($1, $2) AS same', [one, other]);
  return row?.same;
}

type Known = Partial<Pick<User, 'displayName' | 'staffNo'>>;

describe('Two accounts are one person’s', () => {
  const cases: readonly [name: string, one: Known, other: Known][] = [
    ['with one staff number', { staffNo: 'CZ-0417' }, { staffNo: 'CZ-0417' }],
    ['with one staff number in another case', { staffNo: 'CZ-0417' }, { staffNo: 'cz-0417' }],
    ['with one staff number in another width', { staffNo: 'CZ-0417' }, { staffNo: 'ＣＺ－０４１７' }],
    ['with one staff number with and without spaces and dashes', { staffNo: 'CZ-0417' }, { staffNo: 'CZ – 04 17' }],
    ['with one staff number and what doesn’t show', { staffNo: 'CZ-0417' }, { staffNo: 'CZ\u200B-0417\u00AD' }],
    ['with one name, where neither has a staff number', { displayName: '陳大文' }, { displayName: '陳大文' }],
    ['with one name, where one has no staff number', { displayName: '陳大文', staffNo: 'CZ-0418' }, { displayName: '陳大文' }],
    ['with one name with spaces of any width', { displayName: '陳大文' }, { displayName: ' 陳\u3000大 文' }],
    ['with one name in another width and case', { displayName: 'Chan Tai-man' }, { displayName: 'ＣＨＡＮ ＴＡＩ ＭＡＮ' }],
    ['with one name in another case, accents and all', { displayName: 'José Ángel Groß' }, { displayName: 'JOSÉ ÁNGEL GROSS' }],
    ['with one name in another case, in another script', { displayName: 'Ευάγγελος Ϊ́' }, { displayName: 'ΕΥΆΓΓΕΛΟΣ Ϊ́' }],
    ['with one name and what doesn’t show', { displayName: '陳大文' }, { displayName: '陳\u200B大\u2060文' }],
    ['with one name with a point of another kind', { displayName: '阿依古麗·買買提' }, { displayName: '阿依古麗・買買提' }],
    [
      'with one name, where a staff number is but a dash',
      { displayName: '陳大文', staffNo: '—' },
      { displayName: '陳大文', staffNo: '7' },
    ],
  ];

  test.each(cases)('%s', async (_, one, other) => {
    const [first, second] = [await two.person(one), await two.person(other)];
    expect(await areOne(first, second)).toBe(true);
    expect(await areOne(second, first)).toBe(true);
  });

  test('and an account is one with itself', async () => {
    const id = await two.person();
    expect(await areOne(id, id)).toBe(true);
  });
});

describe('Two accounts are two people’s', () => {
  const cases: readonly [name: string, one: Known, other: Known][] = [
    [
      'with two staff numbers, though they have one name',
      { displayName: '李明', staffNo: '1' },
      { displayName: '李明', staffNo: '2' },
    ],
    ['with two names, where neither has a staff number', { displayName: '李明' }, { displayName: '李明明' }],
    ['with two names, where one has a staff number', { displayName: '李明', staffNo: '3' }, { displayName: '李敏' }],
  ];

  test.each(cases)('%s', async (_, one, other) => {
    expect(await areOne(await two.person(one), await two.person(other))).toBe(false);
  });

  test('as all of the demonstration’s are', async () => {
    const users = await database.db.manager.find(User, { where: { demonstration: true } });
    expect(users.length).toBeGreaterThan(5);
    const pairs = users.flatMap((one, at) => users.slice(at + 1).map((other) => areOne(one.id, other.id)));
    expect(new Set(await Promise.all(pairs))).toEqual(new Set([false]));
  });

  test('with another spelling from the day on which one is corrected', async () => {
    const [one, other] = [await two.person({ displayName: '王芳' }), await two.person({ displayName: '王方' })];
    await two.change(other, { displayName: '王芳' });
    expect(await areOne(one, other)).toBe(true);
    await two.change(one, { staffNo: '31' });
    await two.change(other, { staffNo: '32' });
    expect(await areOne(one, other)).toBe(false);
  });
});

describe('An account', () => {
  const standing = async (id: string): Promise<number | undefined> => {
    const [row] = await database.db.rows<{ since: Date }>('SELECT standing_since AS since FROM app_user WHERE id = $1', [id]);
    return row?.since.getTime();
  };

  const anew: readonly [name: string, to: Partial<User>][] = [
    ['with another role', { role: 'finance' }],
    ['with another agency', { agency: '市金融辦' }],
    ['with another name', { displayName: '另一人' }],
    ['with a staff number', { staffNo: 'JM-9' }],
    ['that is shut out', { active: false }],
    ['with another password', { passwordHash: 'another' }],
  ];

  test.each(anew)('%s stands anew', async (_, to) => {
    const id = await two.person({ role: 'officer', agency: '市經貿委' });
    const before = (await standing(id)) ?? Infinity;
    await two.change(id, to.role === undefined ? to : { ...to, agency: null });
    const after = (await standing(id)) ?? 0;
    expect(after).toBeGreaterThan(before);
    // And again with each step back.
    await two.change(id, { role: 'officer', agency: '市經貿委', displayName: '原名', staffNo: null, active: true });
    expect(await standing(id)).toBeGreaterThan(after);
  });

  test.each([
    ['version', { version: 7 }],
    ['mark of the demonstration', { demonstration: true }],
  ])('with another %s alone stands as it stood', async (_, to: Partial<User>) => {
    const id = await two.person();
    const before = await standing(id);
    await two.change(id, to);
    expect(await standing(id)).toBe(before);
  });

  test('can’t say by itself since when it stands, nor what its name is compared by', async () => {
    const id = await two.person({ displayName: '張三' });
    await asOwner(database, async (owner) => {
      await owner.query(`UPDATE app_user SET standing_since = '2000-01-01', name_key = 'x', staff_key = 'x' WHERE id = $1`, [id]);
      const { rows } = await owner.query<object>(
        `SELECT standing_since > created_at - interval '1 second' AS stands, name_key, staff_key FROM app_user WHERE id = $1`,
        [id],
      );
      expect(rows).toEqual([{ stands: true, name_key: '張三', staff_key: null }]);
    });
  });
});
