import type { Actor, Problem } from '../kernel/index.js';
import { refused } from '../kernel/index.js';
import type { Database } from '../platform/database/database.js';
import type { Language, Refused } from '../platform/http/index.js';
import type { Json } from './acts/act.js';
import { unpack } from './acts/pack.js';
import { agreedMeanwhile, staleApproval } from './agreement.js';
import { OF_THE_MOMENT } from './decided-by.js';
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
    return this.shownAgain(row, language, await this.previewNow(row, language), inside);
  }

  /**
   * The fund has come to ask for more people. Whoever saw that (`previewHash`) is read again as one of them (`version-conflict`); whoever saw
   * something else is shown it.
   */
  async orOneOfMore(row: ApprovalRow, previewHash: string, language: Language): Promise<Refused> {
    const preview = await this.previewNow(row, language);
    if (preview.problem !== null || preview.hash !== previewHash) return this.shownAgain(row, language, preview, null);
    await refreshPreview(this.db, row, preview);
    return refused(agreedMeanwhile());
  }

  /** The maker may not sign in any more, or what was asked can't be made again (`inside`). Whoever may not decide it either is told that. */
  async gone(row: ApprovalRow, checker: Actor, language: Language, inside: Problem | null = null): Promise<Refused> {
    const own = await this.refusalNow(row, (locked) => notItsChecker(locked, checker, null), checker);
    return own === null ? this.stale(row, language, inside) : refused(own);
  }

  private async shownAgain(row: ApprovalRow, language: Language, preview: Preview, inside: Problem | null): Promise<Refused> {
    // Nothing of what was asked: it can be tried again.
    if (preview.problem !== null && OF_THE_MOMENT.has(preview.problem.code)) return refused(preview.problem);
    await refreshPreview(this.db, row, preview);
    const { code, detail } = staleApproval(preview.problem ?? inside);
    return refused({ code, detail, extras: { preview: previewView(preview, language) } });
  }

  /** Why nothing can be decided on it; null: it can, unless that changes until it is. */
  refusalNow(row: ApprovalRow, refusalOf: (locked: LockedApproval) => Problem | null, by: Actor): Promise<Problem | null> {
    return this.db.transaction(async (tx) => {
      const [locked] = await lockApprovals(tx, row.fundId, [row.id], [by.id]);
      return locked === undefined ? noSuchApproval() : (notPending(locked, locked.now) ?? refusalOf(locked));
    });
  }
}
