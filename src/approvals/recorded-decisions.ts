import { accepted, refused, type Actor, type Problem, type Result } from '../kernel/index.js';
import type { Database, Tx } from '../platform/database/database.js';
import { Answer, type IdempotentWrites } from '../platform/http/index.js';
import type { Json, RecordAct, Recorded } from './acts/act.js';
import { unpack } from './acts/pack.js';
import { agreedMeanwhile, staleApproval } from './agreement.js';
import type { ApprovalDto } from './approval.dto.js';
import { decide, findApprovals, insertDecisions, refreshPreview, usernamesIn, type ApprovalRow } from './approval.sql.js';
import { approvalView, usersOf } from './approval-view.js';
import { tellDecided, tellRefused } from './audit.js';
import { OF_THE_MOMENT, type DecidedBy, type DecisionAnswer, type Seen } from './decided-by.js';
import { lockApprovals, noSuchApproval, notItsChecker, notPending, notWhoTheyWere, type LockedApproval } from './may-decide.js';
import { previewOfRecord } from './preview/preview.js';
import type { Sight } from './sight.js';

/** What somebody tried to do. */
const DECISION = { rejected: 'reject', withdrawn: 'withdraw' } as const;

/** Decisions that post no entry: an agreement before the last, a change of a record, a rejection, a withdrawal. Each once per key. */
export class RecordedDecisions {
  constructor(
    private readonly db: Database,
    private readonly writes: IdempotentWrites,
    private readonly sight: Sight,
  ) {}

  /** Somebody agrees, and others must as well. */
  async agreeBefore(row: ApprovalRow, { previewHash, reason }: Seen, by: DecidedBy): Promise<DecisionAnswer> {
    const { actor: checker, language } = by;
    const preview = await this.sight.previewNow(row, language);
    if (preview.problem !== null && OF_THE_MOMENT.has(preview.problem.code)) return refused(preview.problem);
    return this.decided(row, by, async (tx, locked) => {
      const refusal = mayAgree(locked, checker, previewHash);
      if (refusal !== null) return refused(refusal);
      if (preview.problem !== null || preview.hash !== previewHash) return refused(staleApproval(preview.problem));
      const given = locked.decisions.filter((decision) => decision.previewHash === previewHash).length;
      if (given + 1 >= Math.max(locked.steps, preview.steps)) return refused(agreedMeanwhile());
      await refreshPreview(tx, row, preview);
      await insertDecisions(tx, row.fundId, [{ id: row.id, previewHash, by: checker.id, at: locked.now, reason }]);
      await tellDecided(tx, row.fundId, 'approval-agreed', [{ id: row.id, previewHash, reason, checker }]);
      return accepted(null);
    });
  }

  /** The last of its people agrees to a change of a record: it is made. */
  async change(
    act: RecordAct<Json>,
    row: ApprovalRow,
    maker: Actor | null,
    earlier: readonly string[],
    { previewHash, reason }: Seen,
    by: DecidedBy,
  ): Promise<DecisionAnswer> {
    const { actor: checker, language } = by;
    if (maker === null) return this.sight.gone(row, checker, language);
    // Told before the record is changed, which the database refuses one person on both sides.
    const own = await this.sight.refusalNow(row, (locked) => mayAgree(locked, checker, previewHash), checker);
    if (own !== null) return own.code === 'approval-stale' ? this.sight.stale(row, language, null) : refused(own);
    const agreed = { approvalId: row.id, checkers: [...earlier, checker.id] };
    const preview = await this.sight.previewNow(row, language);
    if (preview.problem !== null && OF_THE_MOMENT.has(preview.problem.code)) return refused(preview.problem);
    // The fund came to ask for more people, which is what this one saw: it is one of them.
    if (preview.hash === previewHash && preview.steps > agreed.checkers.length)
      return this.sight.orOneOfMore(row, previewHash, language);
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

  /** It is over: rejected, or withdrawn. */
  end(
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
    return this.sight.stale(row, language, null);
  }
}

/** Why this checker can't agree to it now; null: it may. */
function mayAgree(locked: LockedApproval, checker: Actor, previewHash: string): Problem | null {
  const gone = notWhoTheyWere(locked, previewHash);
  return (
    notPending(locked, locked.now) ?? notItsChecker(locked, checker, previewHash) ?? (gone === null ? null : staleApproval(gone))
  );
}
