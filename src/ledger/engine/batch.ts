import type { Problem } from '../../kernel/index.js';
import { apply } from '../state/apply.js';
import { Changes } from '../state/changes.js';
import { asksOf, decide, stepsOf } from '../events/index.js';
import type { Effects } from '../state/effects.js';
import { foretell, lookBefore } from '../state/foretell.js';
import type { Need } from '../state/more.js';
import { awardMoney, awardRecord, entryRecord } from '../state/records.js';
import { movedKey } from '../rules/second-person.js';
import type { State } from '../state/state.js';
import { push, setKey, type Undo } from '../state/undo.js';
import type { AcceptedCompanion, Companion, CompanionRow, CompanionRows } from '../store/companions.js';
import type { KeyRow } from '../store/write/write-changes.js';
import type { Job, Task } from './job.js';
import { approvalRequired, keyReused, rolledBack } from './refusals.js';
import type { Posted, PostResult } from './unit.js';

/** A remembered request. */
export interface Remembered {
  readonly requestHash: string;
  readonly entryId: string | null;
  /** Where its answer is kept; null: nowhere. */
  readonly page: PagePlace | null;
  /** Its answer, when it was decided in this very batch. */
  readonly posted?: Posted;
}

/** A page of answers and a line of it. */
export interface PagePlace {
  readonly id: string;
  readonly line: number;
}

/** A result, or the entry of an earlier request that has it, and where its answer is kept. */
export type Pending = PostResult | { readonly earlier: string; readonly page: PagePlace | null; readonly ours: boolean };

/** Decides the units of a batch one after another, in memory and on one state: each sees what those before it have changed. */
export class Batch {
  readonly changes = new Changes();
  readonly newKeys: KeyRow[] = [];
  /** Accepted events with the records that are written beside them. */
  readonly companions: AcceptedCompanion[] = [];
  /** Answers that are kept, by their line; a companion gives its event's when it is written. */
  readonly answers: (string | null)[] = [];
  /** What some event lacked; while there is any, the results are worth nothing. */
  readonly needs: Need[] = [];
  private readonly undo: Undo = [];

  constructor(
    private readonly state: State,
    private readonly keys: Map<string, Remembered>,
    private readonly companionRows: CompanionRows,
  ) {}

  /** A unit's results. One that is all or nothing is taken back when one of its events is refused, a dry run in any case. */
  decideJob(job: Job): Pending[] {
    const header = job.headerHash === null ? undefined : this.keys.get(job.headerHash);
    // Without an entry it was answered otherwise than by posting: it waits for a second person.
    if (header !== undefined && (!sameRequest(header, job) || header.entryId === null))
      return job.tasks.map(() => refusal(keyReused()));
    const start = this.undo.length;
    const results = job.tasks.map((task) => this.decideTask(job, task));
    const isWhole = job.unit.mode === 'each' || results.every(isAccepted);
    const refused = isWhole ? reviewed(job, results) : null;
    if (!isWhole || refused !== null || job.isDryRun) this.takeBack(start);
    if (refused !== null) return results.map((_, index) => refusal(index === 0 ? refused : rolledBack()));
    return isWhole ? results : withoutTakenBack(results);
  }

  /** Takes back what was applied since `start`: of one unit, or of the whole batch. */
  takeBack(start = 0): void {
    while (this.undo.length > start) this.undo.pop()?.();
  }

  private decideTask(job: Job, task: Task): Pending {
    const remembered = task.keyHash === null ? undefined : this.keys.get(task.keyHash);
    if (remembered !== undefined) return recall(remembered, job, task);
    const refused = this.checkCompanions(task.also) ?? this.checkAgreed(job, task);
    if (refused !== null) return refusal(refused);
    const outcome = decide(this.state, task.event, job.unit.actor, task.ids);
    if ('entries' in outcome) return this.accept(job, task, outcome);
    if ('code' in outcome) return refusal(outcome);
    this.needs.push(outcome.more);
    return refusal(rolledBack());
  }

  private accept(job: Job, task: Task, effects: Effects): Posted {
    const before = job.isDryRun || job.review !== null ? lookBefore(this.changes, effects) : null;
    const steps = before === null ? 0 : stepsOf(this.state, task.event, job.unit.actor);
    apply(this.state, this.changes, effects, { actorId: job.unit.actor.id, agreed: job.unit.agreed ?? null }, this.undo);
    this.addUp(job, task);
    const [draft] = effects.entries;
    const award = draft?.award?.award;
    const records = {
      entry: draft === undefined ? null : entryRecord(draft, this.state.recordedAt),
      award: award === undefined ? null : awardRecord(this.state, award),
    };
    const warnings = effects.warnings === undefined ? {} : { warnings: effects.warnings };
    const money = award === undefined ? {} : { money: awardMoney(this.state, award) };
    const posted = {
      ok: true as const,
      replayed: false,
      ...records,
      ...warnings,
      answer: job.render?.({ ...records, ...money, ...warnings }) ?? null,
      ...(before === null
        ? {}
        : {
            foretold: { ...foretell(this.state, this.changes, before), steps },
          }),
    };
    const line = this.answers.length;
    const isAnswered = posted.answer !== null || task.also.length > 0;
    if (isAnswered) push(this.answers, posted.answer, this.undo);
    if (draft !== undefined) this.remember(job, task, posted, draft.id, isAnswered ? line : null);
    const answer = (text: string): void => {
      posted.answer = text;
      this.answers[line] = text;
    };
    for (const also of task.also) this.acceptCompanion(also, draft?.id ?? null, answer, () => posted.answer);
    return posted;
  }

  /** What is moved counts towards the thresholds of what follows. */
  private addUp({ unit }: Job, { event }: Task): void {
    const people = unit.agreed?.checkers.length ?? 0;
    for (const { kind, amountFen, of } of asksOf(event)) {
      if (amountFen === null || of === undefined) continue;
      const key = movedKey(kind, of);
      setKey(this.state.moved, key, [...(this.state.moved.get(key) ?? []), { amountFen, people }], this.undo);
    }
  }

  private checkCompanions(also: readonly Companion[]): Problem | null {
    for (const one of also) {
      const refused = one.kind.check(one.item, this.rowOf(one), this.state);
      if (refused !== null) return refused;
    }
    return null;
  }

  /** What the fund asks a second person for is done by nobody alone, whichever way it came here. */
  private checkAgreed({ unit, isDryRun }: Job, { event }: Task): Problem | null {
    if (isDryRun) return null;
    const steps = stepsOf(this.state, event, unit.actor);
    return steps <= (unit.agreed?.checkers.length ?? 0) ? null : approvalRequired(steps);
  }

  private acceptCompanion(
    also: Companion,
    entryId: string | null,
    answer: (text: string) => void,
    answered: () => string | null,
  ): void {
    const row = this.rowOf(also);
    const after = row === undefined ? undefined : also.kind.after(also.item, row);
    const rows = this.companionRows.get(also.kind);
    if (rows !== undefined && after !== undefined) setKey(rows, after.id, after, this.undo);
    push(this.companions, { ...also, row: after, entryId, answer, answered }, this.undo);
  }

  private rowOf({ kind, item }: Companion): CompanionRow | undefined {
    const id = kind.idOf(item);
    return id === null ? undefined : this.companionRows.get(kind)?.get(id);
  }

  private remember(job: Job, task: Task, posted: Posted, entryId: string, line: number | null): void {
    if (task.keyHash === null || job.unit.request === null) return;
    const { requestHash } = job.unit.request;
    if (job.headerHash !== null && !this.keys.has(job.headerHash)) {
      this.addKey({ keyHash: job.headerHash, requestHash, entryId, line: null }, { requestHash, entryId, page: null });
    }
    this.addKey({ keyHash: task.keyHash, requestHash, entryId, line }, { requestHash, entryId, page: null, posted });
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

/** What whoever asked for it says to a unit that is accepted as a whole. What was done before is not looked at. */
function reviewed({ review }: Job, results: readonly Pending[]): Problem | null {
  if (review === null) return null;
  const posted = results.flatMap((result) => ('earlier' in result || !result.ok || result.replayed ? [] : [result]));
  return posted.length === results.length ? review(posted) : null;
}

function recall(remembered: Remembered, job: Job, task: Task): Pending {
  if (!sameRequest(remembered, job)) return refusal(keyReused());
  if (remembered.posted !== undefined) return again(remembered.posted);
  if (remembered.entryId === null) return refusal(keyReused());
  // Our own entry: this unit was committed by an attempt whose answer got lost.
  return { earlier: remembered.entryId, page: remembered.page, ours: remembered.entryId === task.ids(0) };
}

/** The same answer again; that of a record is only there when it is written. */
function again(posted: Posted): Posted {
  return {
    ...posted,
    replayed: true,
    get answer() {
      return posted.answer;
    },
  };
}

/** A uuid column gives the digest back with hyphens. */
function sameRequest(remembered: Remembered, job: Job): boolean {
  return remembered.requestHash.replaceAll('-', '') === job.unit.request?.requestHash.replaceAll('-', '');
}

/** The answers of a unit that was taken back. A refusal that names an award of this same unit, which no longer exists, names its item of the batch instead. */
function withoutTakenBack(results: readonly Pending[]): Pending[] {
  const gone = new Map<unknown, number>();
  for (const [index, result] of results.entries()) {
    if (!('earlier' in result) && result.ok && result.award !== null) gone.set(result.award.id, index);
  }
  return results.map((result) => {
    if ('earlier' in result || result.ok) return refusal(rolledBack());
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

function refusal(problem: Problem): PostResult {
  return { ok: false, problem };
}
