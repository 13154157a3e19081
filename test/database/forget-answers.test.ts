import { JobHandlers } from '../../src/platform/queue/job-handlers.js';
import { JobQueue } from '../../src/platform/queue/job-queue.js';
import { ForgetAnswers } from '../../src/ledger/forget-answers.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/* api.md: a key is known for 400 days. What is older is deleted in pieces of a thousand; what is younger stays. */

let database: TestDatabase;
let queue: JobQueue;

beforeAll(async () => {
  database = await testDatabase();
  queue = new JobQueue(loadConfig(testEnvironment(database.url)));
});
afterAll(async () => {
  await queue.onApplicationShutdown();
  await database.close();
});

const fill = (days: string, count: number): Promise<unknown> =>
  Promise.all([
    database.db.rows(
      `INSERT INTO idempotency_key (fund_id, key_hash, request_hash, status, answer, recorded_at)
       SELECT 1, gen_random_uuid(), gen_random_uuid(), 200, '"x"', now() - $1::interval FROM generate_series(1, $2::integer)`,
      [days, count],
    ),
    database.db.rows(
      `INSERT INTO answer_page (fund_id, id, texts, recorded_at)
       SELECT 1, gen_random_uuid(), '', now() - $1::interval FROM generate_series(1, $2::integer)`,
      [days, count],
    ),
  ]);

test('Keys and answers are forgotten after 400 days, however many there are, and no sooner', async () => {
  await fill('402 days', 2_500);
  await fill('399 days', 10);
  const answers = new ForgetAnswers(database.db, queue, new JobHandlers());
  const stopped = new AbortController();
  stopped.abort();
  expect(await answers.forget(stopped.signal)).toBe(0);
  expect(await answers.forget()).toBe(5_000);
  expect(await answers.forget()).toBe(0);
  const [left] = await database.db.rows<{ keys: number; pages: number }>(
    `SELECT (SELECT count(*)::integer FROM idempotency_key) AS keys, (SELECT count(*)::integer FROM answer_page) AS pages`,
  );
  expect(left).toEqual({ keys: 10, pages: 10 });
});
