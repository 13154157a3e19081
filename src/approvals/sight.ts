import type { Actor, Problem } from '../kernel/index.js';
import { refused } from '../kernel/index.js';
import type { Database } from '../platform/database/database.js';
import type { Language, Refused } from '../platform/http/index.js';
import type { Json } from './acts/act.js';
import { unpack } from './acts/pack.js';
import { staleApproval } from './agreement.js';
import { refreshPreview, type ApprovalRow } from './approval.sql.js';
import { previewView } from './approval-view.js';
import { lockApprovals, noSuchApproval, notItsChecker, notPending, notWhoTheyAre, type LockedApproval } from './may-decide.js';
import { previewOfRefusal, type Preview } from './preview/preview.js';
import type { Trials } from './trials.js';

/** What an approval would do now, and how whoever saw something else is told of it. */
export class Sight {
  constructor(
    private readonly db: Database,
    private readonly trials: Trials,
  ) {}

  /** What it would do now; why it can't be done where that is so. */
  async previewNow(row: ApprovalRow, language: Language): Promise<Preview> {
    const gone = await notWhoTheyAre(this.db, row);
    if (gone !== null) return previewOfRefusal(row.act, gone, row.steps);
    return this.trials.now({ ...row, data: unpack<Json>(row.data) }, row.requestedBy, language);
  }

  /** It is shown again: what it would do now, which whoever agrees from now on must have seen. */
  async stale(row: ApprovalRow, language: Language, inside: Problem | null): Promise<Refused> {
    const preview = await this.previewNow(row, language);
    await refreshPreview(this.db, row, preview);
    const { code, detail } = staleApproval(preview.problem ?? inside);
    return refused({ code, detail, extras: { preview: previewView(preview, language) } });
  }

  /** The maker may not sign in any more. Whoever may not decide it either is told that. */
  async gone(row: ApprovalRow, checker: Actor, language: Language): Promise<Refused> {
    const own = await this.refusalNow(row, (locked) => notItsChecker(locked, checker, null), checker);
    return own === null ? this.stale(row, language, null) : refused(own);
  }

  /** Why nothing can be decided on it; null: it can, unless that changes until it is. */
  refusalNow(row: ApprovalRow, refusalOf: (locked: LockedApproval) => Problem | null, by: Actor): Promise<Problem | null> {
    return this.db.transaction(async (tx) => {
      const [locked] = await lockApprovals(tx, row.fundId, [row.id], [by.id]);
      return locked === undefined ? noSuchApproval() : (notPending(locked, locked.now) ?? refusalOf(locked));
    });
  }
}
