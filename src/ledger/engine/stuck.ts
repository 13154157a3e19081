import { foresee } from '../store/foresee.js';
import { freeOf } from '../store/locks.js';
import type { Engine } from './engine.js';
import { eventsOf, type Job } from './job.js';

/** Of the jobs, those that need an account or award which another transaction has locked. Doesn't wait (SKIP LOCKED), and gives up its own locks at the end. */
export async function stuckJobs(
  { database, directory, limits }: Engine,
  fundCode: string,
  jobs: readonly Job[],
): Promise<ReadonlySet<Job>> {
  const fund = await directory.fund(fundCode);
  if (fund === null) return new Set();
  return database.transaction(
    async (tx) => {
      const needs = await Promise.all(
        jobs.map(async (job) => {
          const { accountIds, awardIds } = await foresee(tx, fund, eventsOf([job]), new Set());
          return { job, accountIds, awardIds };
        }),
      );
      const found = await freeOf(tx, fund.id, {
        accountIds: [...new Set(needs.flatMap((need) => need.accountIds))],
        awardIds: [...new Set(needs.flatMap((need) => need.awardIds))],
      });
      const free = new Set<number | string>([...found.accountIds, ...found.awardIds]);
      const isStuck = (need: (typeof needs)[number]): boolean =>
        ![...need.accountIds, ...need.awardIds].every((id) => free.has(id));
      return new Set(needs.filter(isStuck).map((need) => need.job));
    },
    { answerTimeoutMs: limits.databaseAnswerTimeoutMs },
  );
}
