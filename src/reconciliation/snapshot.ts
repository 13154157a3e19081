import type { Database, Sql } from '../platform/database/database.js';

/** Memory of one sort or hash of a check, in PostgreSQL: a year of 1,000,000 awards spills a little to disk. */
const WORK_MEM = '64MB';
/** Milliseconds that one statement of a check may take. */
const STATEMENT_LIMIT_MS = 300_000;
/** Milliseconds within which the answer arrives of a statement that the server has ended. */
const ANSWER_MARGIN_MS = 5_000;

/** One snapshot for all statements of a rule, read only: what is posted meanwhile can't look like a breach, and no writer waits. */
export async function inSnapshot<T>(db: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  return db.transaction(
    async (tx) => {
      await tx.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      await tx.rows(
        `SELECT set_config('work_mem', $1, true), set_config('jit', 'off', true), set_config('statement_timeout', $2, true)`,
        [WORK_MEM, String(STATEMENT_LIMIT_MS)],
      );
      return work(tx);
    },
    { answerTimeoutMs: STATEMENT_LIMIT_MS + ANSWER_MARGIN_MS },
  );
}
