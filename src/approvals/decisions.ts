import { Injectable } from '@nestjs/common';
import { accepted, problem, refused, type Actor, type Problem, type RequestIdentity, type Result } from '../kernel/index.js';
import { companion, Ledger, type Posted } from '../ledger/index.js';
import { Database, type Tx } from '../platform/database/database.js';
import { Answer, IdempotentWrites, JsonText, type Language, type Refused } from '../platform/http/index.js';
import type { Json, PostingAct, RecordAct, Recorded } from './acts/act.js';
import { Acts } from './acts/acts.js';
import { unpack } from './acts/pack.js';
import { agreement, staleApproval, type Agreement } from './agreement.js';
import { answerOf, besideOf } from './approvals.js';
import type { ApprovalDto } from './approval.dto.js';
import { decide, findApprovals, insertDecisions, refreshPreview, usernamesIn, type ApprovalRow } from './approval.sql.js';
import { tellDecided, tellRefused } from './audit.js';
import { approvalView, previewView, usersOf } from './approval-view.js';
import {
  lockApprovals,
  noSuchApproval,
  notItsChecker,
  notPending,
  notWhoTheyAre,
  notWhoTheyWere,
  type LockedApproval,
} from './may-decide.js';
import { previewOf, previewOfRecord, previewOfRefusal, type Preview } from './preview/preview.js';
import { tellingRefusal, Trials } from './trials.js';

/** Who decides, by which request. */
export interface DecidedBy {
  readonly actor: Actor;
  readonly request: RequestIdentity;
  readonly language: Language;
}

/** What was decided, or why nothing was. */
export type DecisionAnswer = Answer<ApprovalDto | JsonText<ApprovalDto>> | Refused;

/** Times that an approval is read again because somebody else has agreed meanwhile. */
const READS = 5;

/** What somebody tried to do. */
const DECISION = { rejected: 'reject', withdrawn: 'withdraw' } as const;

/** Refusals that say nothing of what was asked: the same request may be sent again. */
const OF_THE_MOMENT: ReadonlySet<Problem['code']> = new Set([
  'idempotency-key-reused',
  'idempotency-in-progress',
  'unavailable',
  'outcome-unknown',
]);

/** Decides what waits: agrees to it, rejects it, withdraws it. What the last of its people agrees to is done in the same transaction. */
@Injectable()
export class Decisions {
  constructor(
    private readonly db: Database,
    private readonly ledger: Ledger,
    private readonly writes: IdempotentWrites,
    private readonly acts: Acts,
    private readonly trials: Trials,
  ) {}

  /** Agrees to what was seen (`previewHash`). Refused `approval-stale` where it would do something else by now, or nothing. */
  async approve(
    id: string,
    seen: { readonly previewHash: string; readonly reason: string | null },
    by: DecidedBy,
  ): Promise<DecisionAnswer> {
    for (let read = 1; ; read += 1) {
      const [row] = await findApprovals(this.db, [id]);
      if (row === undefined) return refused(noSuchApproval());
      const before = await this.answeredBefore(row, by);
      if (before !== null) return before;
      const answer = await this.agree(row, seen.previewHash, seen.reason, by);
      if (answer instanceof Answer || answer.problem.code !== 'version-conflict' || read === READS)
        return tellRefused(this.db, row.fundId, 'approve', { id: row.id, ...seen }, by.actor, answer);
    }
  }

  /** Refuses to agree, with a reason. Nothing more can be decided on it. */
  reject(id: string, reason: string, by: DecidedBy): Promise<DecisionAnswer> {
    return this.end(id, 'rejected', reason, by, (row) => notItsChecker(row, by.actor, null));
  }

  /** The maker no longer asks for it. */
  withdraw(id: string, reason: string | null, by: DecidedBy): Promise<DecisionAnswer> {
    return this.end(id, 'withdrawn', reason, by, ({ requestedBy }) =>
      requestedBy === by.actor.id ? null : problem('forbidden', '只有經辦本人可以撤回', 'Only its maker withdraws a request'),
    );
  }

  /** What it would do now. */
  async previewNow(row: ApprovalRow, language: Language): Promise<Preview> {
    const gone = await notWhoTheyAre(this.db, row);
    if (gone !== null) return previewOfRefusal(row.act, gone, row.steps);
    return this.trials.now({ ...row, data: unpack<Json>(row.data) }, row.requestedBy, language);
  }

  /** The first answer to this very request: kept by itself, or with what was posted. */
  private async answeredBefore(
    row: ApprovalRow,
    { actor, request }: DecidedBy,
  ): Promise<Answer<ApprovalDto | JsonText<ApprovalDto>> | null> {
    const before = await this.writes.replayOf<ApprovalDto>({ fundId: row.fundId, actor, request, status: 200 });
    if (before !== null || row.status !== 'approved') return before;
    const kept = await this.ledger.keptAnswer(row.fundId, { ...request, sentBy: actor.id });
    return kept === null ? null : new Answer(new JsonText<ApprovalDto>(kept), { replayed: true });
  }

  private async agree(row: ApprovalRow, previewHash: string, reason: string | null, by: DecidedBy): Promise<DecisionAnswer> {
    const earlier = row.decisions.filter((decision) => decision.previewHash === previewHash).map((decision) => decision.by);
    const posting = this.acts.postingOf(row.act);
    const record = this.acts.recordOf(row.act);
    if (earlier.length + 1 < row.steps) return this.agreeBefore(row, previewHash, reason, by);
    if (posting !== undefined) return this.post(posting, row, earlier, previewHash, reason, by);
    if (record !== undefined) return this.record(record, row, earlier, previewHash, reason, by);
    throw new Error(`Nothing is known of ${row.act}`);
  }

  /** The last of its people agrees: it is posted. */
  private async post(
    act: PostingAct<Json>,
    row: ApprovalRow,
    earlier: readonly string[],
    previewHash: string,
    reason: string | null,
    { actor: checker, request, language }: DecidedBy,
  ): Promise<DecisionAnswer> {
    const maker = await this.trials.people.actorOf(row.requestedBy);
    if (maker === null) return this.gone(row, checker, language);
    const made = await act.unit(row.fund, unpack<Json>(row.data), { maker, language: row.language });
    if (!made.ok) return this.stale(row, language, made.problem);
    const unit = made.value;
    const usernameOf = await this.trials.people.usernamesOf([...usersOf([row]), checker.id]);
    let seen: Preview | null = null;
    let own: Problem | null = null;
    const item = (index: number): Agreement => ({
      approvalId: row.id,
      index,
      count: unit.events.length,
      checker,
      earlier,
      previewHash,
      reason,
      preview: () => seen,
      answerOf: (answers) => answerOf(unit, answers),
      view: (decided) => JSON.stringify(approvalView(decided, usernameOf, language)),
      refusedBy: (refusal) => {
        own = refusal;
      },
    });
    const { also = [], ...beside } = besideOf(unit);
    const results = await this.ledger.post(
      {
        fund: row.fund,
        actor: maker,
        agreed: { approvalId: row.id, checkers: [...earlier, checker.id] },
        mode: unit.mode,
        request: { ...request, sentBy: checker.id },
        events: unit.events,
      },
      {
        ...beside,
        also: unit.events.map((_, index) => [companion(agreement, item(index)), ...[also[index] ?? []].flat()]),
        review: (posted: readonly Posted[]) => {
          seen = previewOf(row.act, unit.events, posted, row.steps);
          return seen.hash === previewHash ? null : staleApproval(null);
        },
      },
    );
    const refusal = tellingRefusal(results);
    const [first] = results;
    if (refusal === null && first?.ok === true) {
      return new Answer(new JsonText<ApprovalDto>(first.answer ?? 'null'), { replayed: first.replayed });
    }
    if (refusal === null) throw new Error('A unit without results');
    return this.refusedBy(row, refusal, own, language);
  }

  /** A refusal of the approval itself is told as it is; of what was asked, it is inside. */
  private async refusedBy(row: ApprovalRow, refusal: Problem, own: Problem | null, language: Language): Promise<Refused> {
    if (OF_THE_MOMENT.has(refusal.code)) return refused(refusal);
    if (own !== null && own.code !== 'approval-stale') return refused(own);
    return this.stale(row, language, refusal.code === 'approval-stale' || refusal.code === 'approval-required' ? null : refusal);
  }

  /** It is shown again: what it would do now, which whoever agrees from now on must have seen. */
  private async stale(row: ApprovalRow, language: Language, inside: Problem | null): Promise<Refused> {
    const preview = await this.previewNow(row, language);
    await refreshPreview(this.db, row, preview);
    const { code, detail } = staleApproval(preview.problem ?? inside);
    return refused({ code, detail, extras: { preview: previewView(preview, language) } });
  }

  /** The maker may not sign in any more. Whoever may not decide it either is told that. */
  private async gone(row: ApprovalRow, checker: Actor, language: Language): Promise<Refused> {
    const own = await this.refusalNow(row, (locked) => notItsChecker(locked, checker, null), checker);
    return own === null ? this.stale(row, language, null) : refused(own);
  }

  /** Why nothing can be decided on it; null: it can, unless that changes until it is. */
  private refusalNow(
    row: ApprovalRow,
    refusalOf: (locked: LockedApproval) => Problem | null,
    by: Actor,
  ): Promise<Problem | null> {
    return this.db.transaction(async (tx) => {
      const [locked] = await lockApprovals(tx, row.fundId, [row.id], [by.id]);
      return locked === undefined ? noSuchApproval() : (notPending(locked, locked.now) ?? refusalOf(locked));
    });
  }

  /** Somebody agrees, and others must as well. */
  private async agreeBefore(
    row: ApprovalRow,
    previewHash: string,
    reason: string | null,
    by: DecidedBy,
  ): Promise<DecisionAnswer> {
    const { actor: checker, language } = by;
    const preview = await this.previewNow(row, language);
    return this.decided(row, by, async (tx, locked) => {
      const refusal = mayAgree(locked, checker, previewHash);
      if (refusal !== null) return refused(refusal);
      if (preview.problem !== null || preview.hash !== previewHash) return refused(staleApproval(preview.problem));
      const given = locked.decisions.filter((decision) => decision.previewHash === previewHash).length;
      if (given + 1 >= Math.max(locked.steps, preview.steps))
        return refused(problem('version-conflict', '已有他人覆核,請再試一次', 'Somebody has agreed meanwhile: try again'));
      await refreshPreview(tx, row, preview);
      await insertDecisions(tx, row.fundId, [{ id: row.id, previewHash, by: checker.id, at: locked.now, reason }]);
      await tellDecided(tx, row.fundId, 'approval-agreed', [{ id: row.id, previewHash, reason, checker }]);
      return accepted(null);
    });
  }

  /** The last of its people agrees to a change of a record: it is made. */
  private async record(
    act: RecordAct<Json>,
    row: ApprovalRow,
    earlier: readonly string[],
    previewHash: string,
    reason: string | null,
    by: DecidedBy,
  ): Promise<DecisionAnswer> {
    const { actor: checker, language } = by;
    const maker = await this.trials.people.actorOf(row.requestedBy);
    if (maker === null) return this.gone(row, checker, language);
    // Told before the record is changed, which the database refuses one person on both sides.
    const own = await this.refusalNow(row, (locked) => mayAgree(locked, checker, previewHash), checker);
    if (own !== null) return own.code === 'approval-stale' ? this.stale(row, language, null) : refused(own);
    const agreed = { approvalId: row.id, checkers: [...earlier, checker.id] };
    const preview = await this.previewNow(row, language);
    const answer = await this.decided<Recorded | null>(
      row,
      by,
      async (tx, locked, done) => {
        const refusal = mayAgree(locked, checker, previewHash);
        if (refusal !== null) return refused(refusal);
        if (preview.problem !== null || preview.hash !== previewHash || done === null)
          return refused(staleApproval(preview.problem));
        const made = previewOfRecord(row.act, done.shown, Math.max(row.steps, preview.steps));
        if (made.hash !== previewHash) return refused(staleApproval(null));
        const decision = { id: row.id, previewHash, by: checker.id, at: locked.now, reason };
        await insertDecisions(tx, row.fundId, [decision]);
        const result = JSON.stringify(done.answer);
        await decide(tx, row.fundId, [{ ...decision, status: 'approved', result, preview: made }]);
        await tellDecided(tx, row.fundId, 'approval-approved', [{ ...decision, checker }]);
        return accepted(null);
      },
      // Its own locks come before the approval's, as they do where entries are posted.
      async (tx): Promise<Recorded | null> => {
        const done = await act.run(tx, row.fundId, unpack<Json>(row.data), { maker, language: row.language, agreed });
        return done.ok ? done.value : null;
      },
    );
    if (answer instanceof Answer) act.after?.();
    return answer;
  }

  private end(
    id: string,
    status: 'rejected' | 'withdrawn',
    reason: string | null,
    by: DecidedBy,
    refusalOf: (row: LockedApproval) => Problem | null,
  ): Promise<DecisionAnswer> {
    return findApprovals(this.db, [id]).then(async ([row]) => {
      if (row === undefined) return refused(noSuchApproval());
      const answer = await this.decided(row, by, async (tx, locked) => {
        const refusal = notPending(locked, locked.now) ?? refusalOf(locked);
        if (refusal !== null) return refused(refusal);
        const decided = { id, by: by.actor.id, at: locked.now, reason, status, result: null, preview: null };
        await decide(tx, row.fundId, [decided]);
        await tellDecided(tx, row.fundId, `approval-${status}`, [{ id, reason, checker: by.actor }]);
        return accepted(null);
      });
      return tellRefused(this.db, row.fundId, DECISION[status], { id, reason }, by.actor, answer);
    });
  }

  /** Decides something on a locked approval, once per key, and answers it as it stands then. */
  private async decided<Done = null>(
    row: ApprovalRow,
    { actor, request, language }: DecidedBy,
    work: (tx: Tx, locked: LockedApproval, done: Done | null) => Promise<Result<null>>,
    first?: (tx: Tx) => Promise<Done>,
  ): Promise<DecisionAnswer> {
    const answer = await this.writes.run<ApprovalDto>({ fundId: row.fundId, actor, request, status: 200 }, async (tx) => {
      const done = first === undefined ? null : await first(tx);
      const [locked] = await lockApprovals(tx, row.fundId, [row.id], [actor.id]);
      if (locked === undefined) return refused(noSuchApproval());
      const outcome = await work(tx, locked, done);
      if (!outcome.ok) return outcome;
      const [after] = await findApprovals(tx, [row.id]);
      if (after === undefined) throw new Error(`Approval ${row.id} is gone`);
      return accepted(approvalView(after, await usernamesIn(tx, usersOf([after])), language));
    });
    if (answer instanceof Answer || answer.problem.code !== 'approval-stale') return answer;
    return this.stale(row, language, null);
  }
}

/** Why this checker can't agree to it now; null: it may. */
function mayAgree(locked: LockedApproval, checker: Actor, previewHash: string): Problem | null {
  const gone = notWhoTheyWere(locked, previewHash);
  return (
    notPending(locked, locked.now) ?? notItsChecker(locked, checker, previewHash) ?? (gone === null ? null : staleApproval(gone))
  );
}
