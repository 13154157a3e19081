import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  outcomeUnknown,
  problem,
  ProblemError,
  refused,
  type Actor,
  type Problem,
  type RequestIdentity,
  type Result,
} from '../../../kernel/index.js';
import { Config } from '../../config/index.js';
import { CommitLost, sqlState } from '../../database/away.js';
import { Database, type Tx } from '../../database/database.js';
import { findAnswer, keepAnswer, lockKey, type KeyRow, type StoredAnswer } from './idempotency.sql.js';
import { Answer, type Refused } from '../answers/answer.js';
import { requestKeyHash } from '../../request-key.js';

/** Whose request it is, and the status of its success. `fundId` 0 where it concerns no fund. */
export interface WriteScope {
  readonly fundId: number;
  readonly actor: Actor;
  readonly request: RequestIdentity;
  readonly status: 200 | 201 | 202;
}

/** The work of a write, in its transaction: what is refused is rolled back. */
type Work<T> = (tx: Tx) => Promise<Result<T>>;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Runs writes that post nothing to the ledger once per key: the key, the work and the answer are one transaction, so that a crash
 * leaves all or nothing, and a refusal frees the key. A request that arrives while the first one runs waits for it: in this process
 * by its promise, in others by an advisory lock on the key.
 */
@Injectable()
export class IdempotentWrites {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** Requests under way in this process: who repeats one of them waits here, without holding a connection. */
  private readonly underWay = new Map<string, Promise<unknown>>();

  /** The work's answer, the first answer to the same request again, or the refusal. Answers must be plain JSON. */
  async run<T>(scope: WriteScope, work: Work<T>): Promise<Answer<T> | Refused> {
    try {
      return await this.behindFirst(scope, work);
    } catch (error) {
      if (error instanceof ProblemError) return refused(error.problem);
      throw error;
    }
  }

  /** The answer that this request had before, with its status, or null; a key that was used for another request is refused there where it is taken. */
  async replayOf<T>(scope: WriteScope): Promise<Answer<T> | null> {
    const row = keyRowOf(scope);
    const stored = await findAnswer(this.database, row);
    if (stored === null || stored.answer === null || stored.requestHash !== row.requestHash) return null;
    const { body, about } = replay<T>(stored, row);
    return new Answer(body, stored.status === 202 ? { ...about, status: 202 } : about);
  }

  private async behindFirst<T>(scope: WriteScope, work: Work<T>): Promise<Answer<T>> {
    const row = keyRowOf(scope);
    const key = `${row.fundId}/${row.keyHash}`;
    const first = this.underWay.get(key);
    if (first !== undefined && !(await settles(first, this.config.idempotencyWaitMs))) throw new ProblemError(stillRunning());
    const answer = this.once(row, scope.status, work);
    if (!this.underWay.has(key)) {
      this.underWay.set(key, answer);
      const forget = (): boolean => this.underWay.delete(key);
      answer.then(forget, forget);
    }
    return answer;
  }

  /** Refusals are thrown here, as they must take the transaction back. */
  private async once<T>(row: KeyRow, status: number, work: Work<T>): Promise<Answer<T>> {
    const stored = await findAnswer(this.database, row);
    if (stored !== null) return replay<T>(stored, row);
    try {
      return await this.database.transaction(async (tx) => {
        await this.lock(tx, row);
        const answered = await findAnswer(tx, row);
        if (answered !== null) return replay<T>(answered, row);
        const done = await work(tx);
        if (!done.ok) throw new ProblemError(done.problem);
        if (!(await keepAnswer(tx, row, status, done.value))) throw new ProblemError(reused());
        return new Answer(done.value);
      });
    } catch (error) {
      if (!(error instanceof CommitLost)) throw error;
      return this.afterLostCommit<T>(row);
    }
  }

  private async lock(tx: Tx, row: KeyRow): Promise<void> {
    const { idempotencyWaitMs: waitMs, databaseLockTimeoutMs: thenMs } = this.config;
    try {
      await lockKey(tx, row, { waitMs, thenMs });
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
      throw new ProblemError(stillRunning());
    }
  }

  /** The connection was lost while committing: only the database knows whether it was done. */
  private async afterLostCommit<T>(row: KeyRow): Promise<Answer<T>> {
    const stored = await findAnswer(this.database, row).catch(() => null);
    if (stored !== null) return new Answer(replay<T>(stored, row).body);
    throw new ProblemError(outcomeUnknown());
  }
}

function keyRowOf({ actor, request, fundId }: WriteScope): KeyRow {
  const { key, requestHash, sentBy = actor.id, place = 0 } = request;
  return { fundId, keyHash: requestKeyHash(sentBy, key, place), requestHash };
}

/** Whether the promise settles, either way, within the time. */
async function settles(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  const timeout = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = setTimeout(withinMs, false, { signal: timeout.signal }).catch(() => false);
  try {
    return await Promise.race([settled, late]);
  } finally {
    timeout.abort();
  }
}

function stillRunning(): Problem {
  return problem(
    'idempotency-in-progress',
    '相同 Idempotency-Key 的請求仍在處理，請稍後再試。',
    'The first request with this key is still running.',
    { retryAfterSeconds: 1 },
  );
}

function replay<T>(stored: StoredAnswer, row: KeyRow): Answer<T> {
  const { requestHash, status, answer } = stored;
  if (requestHash !== row.requestHash || status === null || answer === null) throw new ProblemError(reused());
  return new Answer(JSON.parse(answer) as T, { replayed: true });
}

function reused(): Problem {
  return problem(
    'idempotency-key-reused',
    '此 Idempotency-Key 已用於另一請求，請換一個新的。',
    'This Idempotency-Key was used for another request; take a new one.',
  );
}
