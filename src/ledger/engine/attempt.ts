import { problem, type Problem } from '../../kernel/index.js';
import type { Database, Statement, Tx } from '../../platform/database/database.js';
import { apply, Changes, type Undo } from '../state/apply.js';
import { decide, isProblem } from '../events/index.js';
import type { Directory, FundEntry } from '../store/directory.js';
import type { LedgerEvent } from '../events/events.js';
import { accountsOfYears, foresee, type Foreseen } from '../store/foresee.js';
import type { AttemptLimits } from './limits.js';
import { loadState } from '../store/load.js';
import { loadDays, LostRace } from '../store/load-awards.js';
import { awardRecord, entryRecord, readPosted } from '../store/records.js';
import { StateNeed, type Need, type State } from '../state/state.js';
import type { Posted, PostResult, Unit } from './unit.js';
import { write, type KeyRow } from '../store/write.js';

/** One event of a unit with all that is fixed before the first attempt. */
export interface Task {
  readonly event: LedgerEvent;
  /** `ids(0)` is the event's entry; the same position always gives the same id. */
  readonly ids: (position: number) => string;
  /** Digest of actor, key and the event's place in the request; null where the request has no identity. */
  readonly keyHash: string | null;
}

/** A unit on its way. */
export interface Job {
  readonly unit: Unit;
  readonly tasks: readonly Task[];
  /** Digest of actor and key of a batch as a whole; null for single writes, whose only task has it. */
  readonly headerHash: string | null;
}

/** A remembered request. */
interface Remembered {
  readonly requestHash: string;
  readonly entryId: string | null;
  /** Its answer, when it was decided in this very batch. */
  readonly posted?: Posted;
}

/** A need that only new locks can meet: the transaction starts again with these years' accounts locked whole. */
class WiderLocks extends Error {
  constructor(readonly years: readonly number[]) {
    super('A line is below zero: the whole year is locked');
  }
}

/** Most times that one attempt widens its locks or reads more: each round meets every need found, so a few do. */
const MAX_ROUNDS = 8;

/** One transaction for a batch of units of one fund: lock, read, decide, write. Answers each unit's results, in order. */
export async function attempt(
  database: Database,
  directory: Directory,
  fundCode: string,
  jobs: readonly Job[],
  limits: AttemptLimits,
): Promise<PostResult[][]> {
  const answerTimeoutMs = limits.databaseAnswerTimeoutMs;
  const settings = [`${limits.databaseLockTimeoutMs}ms`, `${answerTimeoutMs}ms`];
  const wholeYears = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      return await database.transaction(
        async (tx) => {
          await tx.rows(SETTINGS, settings);
          return run(tx, directory, fundCode, jobs, wholeYears);
        },
        { answerTimeoutMs },
      );
    } catch (error) {
      if (!(error instanceof WiderLocks)) throw error;
      for (const year of error.years) wholeYears.add(year);
    }
  }
  throw new LostRace('the locks could not be widened');
}

/**
 * Everything that the engine reads, it reads by key. Without these a plan made while the tables were small, or never analysed, is
 * kept and reads the whole fund for each row later on (seen: 60 entries in 2 s). $1: longest wait for a lock. $2: how long the server
 * keeps the locks of a transaction that says nothing: its client may be gone without a word.
 */
const SETTINGS: Statement = {
  name: 'ledger.settings',
  text: `SELECT set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $2, true),
                set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true)`,
};

async function run(
  tx: Tx,
  directory: Directory,
  fundCode: string,
  jobs: readonly Job[],
  wholeYears: ReadonlySet<number>,
): Promise<PostResult[][]> {
  const fund = await directory.fund(fundCode);
  if (fund === null) return jobs.map((job) => job.tasks.map(() => ({ ok: false, problem: noFund(fundCode) })));
  const events = jobs.flatMap((job) => job.tasks.map((task) => task.event));
  const { entry, foreseen } = await foreseeAll(tx, directory, fund, events, wholeYears);
  const { state, keys: rows } = await loadState(tx, entry, events, keyHashesOf(jobs), foreseen, wholeYears);
  await checkForeseen(tx, state, foreseen);
  const keys = rows.map((row) => [row.key_hash, { requestHash: row.request_hash, entryId: row.entry_id }] as const);

  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const batch = new Batch(state, new Map(keys));
    const results = jobs.map((job) => batch.decideJob(job));
    if (batch.needs.length === 0) {
      if (batch.changes.entries.length > 0) await write(tx, state, batch.changes, batch.newKeys);
      return await answer(tx, entry.id, results);
    }
    batch.takeBack();
    const years = batch.needs.flatMap((need) => (need.kind === 'year-accounts' ? [need.year] : []));
    if (years.length > 0) throw new WiderLocks(years);
    await loadDays(tx, entry.id, batch.needs, state);
  }
  throw new Error('A batch asked for more again and again');
}

async function foreseeAll(
  tx: Tx,
  directory: Directory,
  fund: FundEntry,
  events: readonly LedgerEvent[],
  wholeYears: ReadonlySet<number>,
) {
  const foreseen = await foresee(tx, fund, events, wholeYears);
  if (!foreseen.incomplete) return { entry: fund, foreseen };
  const entry = await directory.renewed(fund, tx);
  return { entry, foreseen: entry === fund ? foreseen : await foresee(tx, entry, events, wholeYears) };
}

/** Under the locks: what they were chosen by still holds. */
async function checkForeseen(tx: Tx, state: State, foreseen: Foreseen): Promise<void> {
  for (const year of foreseen.unopened) {
    if (state.years.get(year)?.status === 'open') throw new LostRace(`the year ${year} was opened`);
  }
  const locked = new Set(foreseen.accountIds);
  const accounts = await accountsOfYears(tx, state.fund.id, state.wholeYears);
  if (!accounts.every((id) => locked.has(id))) throw new LostRace('a line was added to the year');
}

function keyHashesOf(jobs: readonly Job[]): string[] {
  return jobs.flatMap((job) => [job.headerHash, ...job.tasks.map((task) => task.keyHash)]).filter((hash) => hash !== null);
}

/** A result, or the entry of an earlier request that has it. */
type Pending = PostResult | { readonly earlier: string; readonly ours: boolean };

async function answer(tx: Tx, fundId: number, results: readonly (readonly Pending[])[]): Promise<PostResult[][]> {
  const earlier = results.flat().flatMap((result) => ('earlier' in result ? [result.earlier] : []));
  const posted = earlier.length === 0 ? new Map<string, Posted>() : await readPosted(tx, fundId, earlier);
  return results.map((unit) =>
    unit.map((result) => {
      if (!('earlier' in result)) return result;
      const found = posted.get(result.earlier);
      if (found === undefined) throw new Error(`Entry ${result.earlier} of a remembered request is missing`);
      return result.ours ? { ...found, replayed: false } : found;
    }),
  );
}

/** Decides the units of a batch one after another on one state. */
class Batch {
  readonly changes = new Changes();
  readonly newKeys: KeyRow[] = [];
  readonly needs: Need[] = [];
  private readonly undo: Undo = [];

  constructor(
    private readonly state: State,
    private readonly keys: Map<string, Remembered>,
  ) {}

  decideJob(job: Job): Pending[] {
    const header = job.headerHash === null ? undefined : this.keys.get(job.headerHash);
    if (header !== undefined && !sameRequest(header, job)) return job.tasks.map(() => keyReused());
    const start = this.undo.length;
    const results = job.tasks.map((task) => this.decideTask(job, task));
    if (job.unit.mode === 'each' || results.every(isAccepted)) return results;
    this.takeBack(start);
    return withoutTakenBack(results);
  }

  /** Takes back what was applied since `start`: of one unit, or of the whole batch. */
  takeBack(start = 0): void {
    while (this.undo.length > start) this.undo.pop()?.();
  }

  private decideTask(job: Job, task: Task): Pending {
    const remembered = task.keyHash === null ? undefined : this.keys.get(task.keyHash);
    if (remembered !== undefined) return recall(remembered, job, task);
    try {
      const outcome = decide(this.state, task.event, job.unit.actor, task.ids);
      if (isProblem(outcome)) return { ok: false, problem: outcome };
      apply(this.state, this.changes, outcome, job.unit.actor.id, this.undo);
      const [draft] = outcome.entries;
      const award = draft?.award?.award;
      const posted: Posted = {
        ok: true,
        replayed: false,
        entry: draft === undefined ? null : entryRecord(draft, this.state.recordedAt),
        award: award === undefined ? null : awardRecord(this.state, award),
      };
      if (draft !== undefined) this.remember(job, task, posted, draft.id);
      return posted;
    } catch (error) {
      if (!(error instanceof StateNeed)) throw error;
      this.needs.push(error.need);
      return rolledBack();
    }
  }

  private remember(job: Job, task: Task, posted: Posted, entryId: string): void {
    if (task.keyHash === null || job.unit.request === null) return;
    const { requestHash } = job.unit.request;
    if (job.headerHash !== null && !this.keys.has(job.headerHash)) {
      this.addKey({ keyHash: job.headerHash, requestHash, entryId }, { requestHash, entryId });
    }
    this.addKey({ keyHash: task.keyHash, requestHash, entryId }, { requestHash, entryId, posted });
  }

  private addKey(row: KeyRow, remembered: Remembered): void {
    this.keys.set(row.keyHash, remembered);
    this.newKeys.push(row);
    this.undo.push(() => {
      this.keys.delete(row.keyHash);
      this.newKeys.pop();
    });
  }
}

function recall(remembered: Remembered, job: Job, task: Task): Pending {
  if (!sameRequest(remembered, job)) return keyReused();
  if (remembered.posted !== undefined) return { ...remembered.posted, replayed: true };
  if (remembered.entryId === null) return keyReused();
  // Our own entry: this unit was committed by an attempt whose answer got lost.
  return { earlier: remembered.entryId, ours: remembered.entryId === task.ids(0) };
}

/** A uuid column gives the digest back with hyphens. */
function sameRequest(remembered: Remembered, job: Job): boolean {
  return remembered.requestHash.replaceAll('-', '') === job.unit.request?.requestHash.replaceAll('-', '');
}

/** What a unit taken back is answered with. A refusal never names an award that is gone with it: it names that item of the batch. */
function withoutTakenBack(results: readonly Pending[]): Pending[] {
  const gone = new Map<unknown, number>();
  for (const [index, result] of results.entries()) {
    if (!('earlier' in result) && result.ok && result.award !== null) gone.set(result.award.id, index);
  }
  return results.map((result) => {
    if ('earlier' in result || result.ok) return rolledBack();
    const { conflictingAward: named, ...extras } = result.problem.extras ?? {};
    const item = typeof named === 'object' && named !== null && 'id' in named ? gone.get(named.id) : undefined;
    if (item === undefined) return result;
    const zh = `與同批第 ${item + 1} 項(序號 ${item})相衝突,整批已撤回`;
    const en = `It conflicts with item ${item} of this batch, all of which was rolled back`;
    return { ok: false, problem: { ...result.problem, detail: { zh, en }, extras: { ...extras, conflictingItem: item } } };
  });
}

function isAccepted(result: Pending): boolean {
  return 'earlier' in result || result.ok;
}

function keyReused(): PostResult {
  return {
    ok: false,
    problem: problem(
      'idempotency-key-reused',
      '此 Idempotency-Key 已用於另一請求,請換一個',
      'This Idempotency-Key was used for another request: use a new one',
    ),
  };
}

function rolledBack(): PostResult {
  return {
    ok: false,
    problem: problem(
      'batch-rolled-back',
      '同批有項目被拒,整批已撤回',
      'Another item of the batch was refused: all of it was rolled back',
    ),
  };
}

function noFund(code: string): Problem {
  return problem('not-found', `沒有專項資金「${code}」`, `There is no fund "${code}"`);
}
