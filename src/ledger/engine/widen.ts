import type { Statement } from '../../platform/database/database.js';
import { IDLE_HOLDER_MS } from '../store/locks.js';
import { LostRace } from '../store/lost-race.js';
import { decideBatch } from './decide.js';
import type { Engine } from './engine.js';
import type { Job } from './job.js';
import { MAX_ROUNDS } from './limits.js';
import type { PostResult } from './unit.js';

/**
 * Posts a batch in one transaction. Where it is found to lack locks (a line of the year is below zero), that transaction has written
 * nothing, and another begins with the whole year locked: locks are taken in one order, so none can be added.
 */
export async function postWidening(engine: Engine, fundCode: string, jobs: readonly Job[]): Promise<PostResult[][]> {
  const { database, directory, limits } = engine;
  const answerTimeoutMs = limits.databaseAnswerTimeoutMs;
  const settings = [`${limits.databaseLockTimeoutMs}ms`, `${IDLE_HOLDER_MS}ms`];
  const wholeYears = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const outcome = await database.transaction(
      async (tx) => {
        await tx.rows(SETTINGS, settings);
        return decideBatch(tx, directory, fundCode, jobs, wholeYears);
      },
      { answerTimeoutMs },
    );
    if (!('wholeYears' in outcome)) return outcome;
    for (const year of outcome.wholeYears) wholeYears.add(year);
  }
  throw new LostRace('the locks could not be widened');
}

/**
 * Everything that the engine reads, it reads by key. Without these a plan made while the tables were small, or never analysed, is
 * kept and reads the whole fund for each row later on (seen: 60 entries in 2 s). $1: longest wait for a lock. $2: how long the server
 * keeps the locks of a transaction whose client says nothing.
 */
const SETTINGS: Statement = {
  name: 'ledger.settings',
  text: `SELECT set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true),
                set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true)`,
};
