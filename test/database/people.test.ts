import type { People } from '../../src/approvals/index.js';
import { peopleOf, seedDemonstrationUsers, signedIn } from '../../src/identity/index.js';
import { User } from '../../src/identity/users/user.entity.js';
import { type Config, loadConfig } from '../../src/platform/config/index.js';
import { testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { TwoPeople } from '../support/two-people.js';

/* Who a user is now, as it is asked when something that waited is done in its name, and who comes in at the command line. */

const PASSWORD = 'correct horse';

let database: TestDatabase;
let two: TwoPeople;
let people: People;
let config: Config;
let production: Config;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  two = new TwoPeople(database);
  config = loadConfig(testEnvironment(database.url));
  production = loadConfig(testEnvironment(database.url, { NODE_ENV: 'production' }));
  people = peopleOf(database.db, config);
});
afterAll(() => database.close());

test('A user is who it is now, with what its agency reaches', async () => {
  const id = await two.person({ role: 'officer', agency: '市經貿委' });
  const { username } = await database.db.manager.findOneByOrFail(User, { id });
  expect(await people.actorOf(id)).toEqual({ id, username, role: 'officer', agency: '市經貿委', reaches: ['市經貿委'] });
  await two.change(id, { agency: '市金融辦' });
  expect(await people.actorOf(id)).toMatchObject({ agency: '市金融辦', reaches: ['市金融辦'] });
  await two.change(id, { role: 'finance', agency: null });
  expect(await people.actorOf(id)).toEqual({ id, username, role: 'finance', agency: null, reaches: [] });
});

test('Who is shut out is nobody, and so is who there is not', async () => {
  const id = await two.person();
  await two.change(id, { active: false });
  expect(await people.actorOf(id)).toBeNull();
  expect(await people.actorOf('01900000-0000-7000-8000-0000000000ff')).toBeNull();
});

test('In production the demonstration’s users are nobody', async () => {
  const id = await two.demonstrationUser('finance');
  expect(await people.actorOf(id)).toMatchObject({ username: 'finance' });
  expect(await peopleOf(database.db, production).actorOf(id)).toBeNull();
});

test('People are called by their usernames', async () => {
  const [id, nobody] = [await two.demonstrationUser('officer'), '01900000-0000-7000-8000-0000000000ff'];
  const nameOf = await people.usernamesOf([id, nobody]);
  expect([nameOf(id), nameOf(nobody)]).toEqual(['officer', nobody]);
});

describe('At the command line', () => {
  test('a user comes in with its password, as whoever it is now', async () => {
    const id = await two.person({ role: 'officer', agency: '市金融辦' });
    const { username } = await database.db.manager.findOneByOrFail(User, { id });
    const actor = await signedIn(database.db, username, PASSWORD, production);
    expect(actor).toEqual({ id, username, role: 'officer', agency: '市金融辦', reaches: ['市金融辦'] });
  });

  test('nobody comes in with another password or as nobody', async () => {
    expect(await signedIn(database.db, 'finance', 'finance2', config)).toBeNull();
    expect(await signedIn(database.db, 'finance', '', config)).toBeNull();
    expect(await signedIn(database.db, 'nobody-here', PASSWORD, config)).toBeNull();
  });

  test('nobody comes in who is shut out', async () => {
    const id = await two.person();
    const { username } = await database.db.manager.findOneByOrFail(User, { id });
    expect(await signedIn(database.db, username, PASSWORD, config)).toMatchObject({ id });
    await two.change(id, { active: false });
    expect(await signedIn(database.db, username, PASSWORD, config)).toBeNull();
  });

  test('no user of the demonstration comes in in production', async () => {
    expect(await signedIn(database.db, 'finance', 'finance', config)).toMatchObject({ username: 'finance' });
    expect(await signedIn(database.db, 'finance', 'finance', production)).toBeNull();
  });
});
