import { startApp, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';

const LIMIT = 2;
const CLIENT = '203.0.113.7';
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(() => database.close());

/** The API with that TRUST_PROXY; we are the peer, at 127.0.0.1. */
async function behind(proxies: string, work: (guess: Guess) => Promise<void>): Promise<void> {
  await asOwner(database, (owner) => owner.query('TRUNCATE sign_in_failure, sign_in_pace'));
  const app: TestApp = await startApp({
    url: database.url,
    environment: { TRUST_PROXY: proxies, SIGN_IN_FAILURE_LIMIT: String(LIMIT) },
  });
  const nobody = await app.api(null);
  try {
    await work(async (forwardedFor) => {
      const headers = { 'x-forwarded-for': forwardedFor };
      return (await nobody.post('/auth/login', { username: 'finance', password: 'wrong' }, { headers })).status;
    });
  } finally {
    await app.close();
  }
}

/** A wrong password; answers the status. */
type Guess = (forwardedFor: string) => Promise<number>;

async function failUpToTheLimit(guess: Guess, chain: (turn: number) => string): Promise<void> {
  for (let turn = 0; turn < LIMIT; turn++) expect(await guess(chain(turn))).toBe(401);
}

describe('X-Forwarded-For', () => {
  it.each(['', '198.51.100.1', '10.0.0.0/8'])('of a peer that is no trusted proxy (%j) names nobody', (proxies) =>
    behind(proxies, async (guess) => {
      await failUpToTheLimit(guess, (turn) => `192.0.2.${turn}`);
      expect(await guess('192.0.2.99')).toBe(429);
    }),
  );

  it('of a trusted proxy names the client whom that proxy saw, not whom the client names', () =>
    behind('127.0.0.0/8', async (guess) => {
      await failUpToTheLimit(guess, (turn) => `192.0.2.${turn}, ${CLIENT}`);
      expect(await guess(`192.0.2.99, ${CLIENT}`)).toBe(429);
      expect(await guess('203.0.113.8')).toBe(401);
    }));

  it('is read through a chain of trusted proxies', () =>
    behind('loopback,10.1.0.0/16', async (guess) => {
      await failUpToTheLimit(guess, (turn) => `${CLIENT}, 10.1.0.${turn}`);
      expect(await guess(`${CLIENT}, 10.1.2.3, 10.1.0.9`)).toBe(429);
    }));
});
