import { outcomeUnknown, problem, type Problem } from '../../kernel/index.js';
import type { Job } from './job.js';
import type { PostResult } from './unit.js';

/** The same refusal for every event of a job. */
export function refuseAll(job: Job, refusal: Problem): PostResult[] {
  return job.tasks.map(() => ({ ok: false, problem: refusal }));
}

/** 503: nothing was done. */
export function unavailable(zh: string, en: string): Problem {
  return problem('unavailable', zh, en, { retryAfterSeconds: 1 });
}

/** The database could not be reached, or was too busy, for as long as a batch may take. `wasLost`: the answer to a COMMIT was lost. */
export function databaseAway(wasLost: boolean): Problem {
  return wasLost
    ? outcomeUnknown()
    : unavailable('資料庫暫不可用或過忙,未有任何變更', 'The database is away or too busy: nothing was done');
}

/** 422: another request has this key. */
export function keyReused(): Problem {
  return problem(
    'idempotency-key-reused',
    '此 Idempotency-Key 已用於另一請求,請換一個',
    'This Idempotency-Key was used for another request: use a new one',
  );
}

/** 409: the first request with this key is not answered yet. */
export function stillRunning(): Problem {
  return problem(
    'idempotency-in-progress',
    '相同請求仍在處理,請稍後再送',
    'The same request is still running: send it again shortly',
  );
}

/** 409: an innocent item of a batch that is all or nothing. */
export function rolledBack(): Problem {
  return problem(
    'batch-rolled-back',
    '同批有項目被拒,整批已撤回',
    'Another item of the batch was refused: all of it was rolled back',
  );
}

/** 409: the fund asks a second person for it. The rooms ask for one instead. */
export function approvalRequired(steps: number): Problem {
  return problem(
    'approval-required',
    `此事須經另外 ${steps} 人覆核`,
    steps === 1 ? 'Another person must agree to this' : `${steps} other people must agree to this`,
    { extras: { steps } },
  );
}

/** 404. */
export function noFund(code: string): Problem {
  return problem('not-found', `沒有專項資金「${code}」`, `There is no fund "${code}"`);
}
