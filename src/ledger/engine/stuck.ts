import { integers, itself, uuids } from '../../platform/database/columns.js';
import type { Database, Statement } from '../../platform/database/database.js';
import type { Job } from './attempt.js';
import type { Directory } from '../store/directory.js';
import { foresee } from '../store/foresee.js';
import type { AttemptLimits } from './limits.js';

/** $1 fund, $2 account ids: those that nobody holds just now. */
const FREE_ACCOUNTS: Statement = {
  name: 'ledger.free-accounts',
  text: 'SELECT id FROM account WHERE fund_id = $1 AND id = ANY ($2::integer[]) FOR NO KEY UPDATE SKIP LOCKED',
};

/** $1 fund, $2 award ids: those that nobody holds just now. */
const FREE_AWARDS: Statement = {
  name: 'ledger.free-awards',
  text: 'SELECT id FROM award WHERE fund_id = $1 AND id = ANY ($2::uuid[]) FOR NO KEY UPDATE SKIP LOCKED',
};

/** Of the jobs, those that need an account or award which somebody else holds just now. Waits for none, and keeps none. */
export async function stuckJobs(
  database: Database,
  directory: Directory,
  fundCode: string,
  jobs: readonly Job[],
  { databaseAnswerTimeoutMs: answerTimeoutMs }: AttemptLimits,
): Promise<ReadonlySet<Job>> {
  const fund = await directory.fund(fundCode);
  if (fund === null) return new Set();
  return database.transaction(
    async (tx) => {
      const needs = await Promise.all(
        jobs.map(async (job) => {
          const events = job.tasks.map((task) => task.event);
          const { accountIds, awardIds } = await foresee(tx, fund, events, new Set());
          return { job, accountIds, awardIds };
        }),
      );
      const accountIds = [...new Set(needs.flatMap((need) => need.accountIds))];
      const awardIds = [...new Set(needs.flatMap((need) => need.awardIds))];
      const accounts = await tx.rows<{ id: number }>(FREE_ACCOUNTS, [fund.id, integers(accountIds, itself)]);
      const awards = await tx.rows<{ id: string }>(FREE_AWARDS, [fund.id, uuids(awardIds, itself)]);
      const free = new Set<number | string>([...accounts, ...awards].map((row) => row.id));
      const isStuck = (need: (typeof needs)[number]): boolean =>
        ![...need.accountIds, ...need.awardIds].every((id) => free.has(id));
      return new Set(needs.filter(isStuck).map((need) => need.job));
    },
    { answerTimeoutMs },
  );
}
