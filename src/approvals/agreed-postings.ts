import { refused, type Actor, type Problem } from '../kernel/index.js';
import { companion, type Ledger, type Posted } from '../ledger/index.js';
import { Answer, JsonText, type Language, type Refused } from '../platform/http/index.js';
import type { ActUnit, Json, PostingAct } from './acts/act.js';
import { answerOf, besideOf } from './acts/act-unit.js';
import { unpack } from './acts/pack.js';
import { agreement, staleApproval, type Agreement } from './agreement.js';
import type { ApprovalDto } from './approval.dto.js';
import type { ApprovalRow } from './approval.sql.js';
import { approvalView, usersOf } from './approval-view.js';
import { OF_THE_MOMENT, type DecidedBy, type DecisionAnswer, type Seen } from './decided-by.js';
import type { People } from './people.js';
import { previewOf, type Preview } from './preview/preview.js';
import type { Sight } from './sight.js';
import { tellingRefusal } from './trials.js';

/** The last of an approval's people agrees, and it is posted: in its maker's name, decided anew. */
export class AgreedPostings {
  constructor(
    private readonly ledger: Ledger,
    private readonly people: () => People,
    private readonly sight: Sight,
  ) {}

  /** `maker`: who asked for it, as it is now; null: it may not sign in. `earlier`: who agreed to the same before, in order. */
  async post(
    act: PostingAct<Json>,
    row: ApprovalRow,
    maker: Actor | null,
    earlier: readonly string[],
    seen: Seen,
    { actor: checker, request, language }: DecidedBy,
  ): Promise<DecisionAnswer> {
    if (maker === null) return this.sight.gone(row, checker, language);
    const made = await act.unit(row.fund, unpack<Json>(row.data), { maker, language: row.language });
    if (!made.ok) return this.sight.gone(row, checker, language, made.problem);
    const unit = made.value;
    const usernameOf = await this.people().usernamesOf([...usersOf([row]), checker.id]);
    const looked = new Looked(row, unit, seen);
    const item = (index: number): Agreement => ({
      approvalId: row.id,
      index,
      count: unit.events.length,
      checker,
      earlier,
      ...seen,
      preview: () => looked.preview,
      answerOf: (answers) => answerOf(unit, answers),
      view: (decided) => JSON.stringify(approvalView(decided, usernameOf, language)),
      refusedBy: (refusal) => {
        looked.own = refusal;
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
        review: (posted) => looked.review(posted),
      },
    );
    const refusal = tellingRefusal(results);
    if (refusal !== null) return this.refusedBy(row, refusal, looked.own, seen, language);
    const [first] = results;
    if (first?.ok !== true) throw new Error('A unit without results');
    return new Answer(new JsonText<ApprovalDto>(first.answer ?? 'null'), { replayed: first.replayed });
  }

  /** A refusal of the approval itself is told as it is; of what was asked, it is inside. */
  private async refusedBy(
    row: ApprovalRow,
    refusal: Problem,
    own: Problem | null,
    { previewHash }: Seen,
    language: Language,
  ): Promise<Refused> {
    if (OF_THE_MOMENT.has(refusal.code)) return refused(refusal);
    if (own !== null && own.code !== 'approval-stale') return refused(own);
    // The fund came to ask for more people, which is what this one saw: it is one of them.
    if (refusal.code === 'approval-required') return this.sight.orOneOfMore(row, previewHash, language);
    return this.sight.stale(row, language, refusal.code === 'approval-stale' ? null : refusal);
  }
}

/** What a unit came to in its last attempt. */
class Looked {
  /** What it does. */
  preview: Preview | null = null;
  /** A refusal of the approval itself. */
  own: Problem | null = null;

  constructor(
    private readonly row: ApprovalRow,
    private readonly unit: ActUnit,
    private readonly seen: Seen,
  ) {}

  /** Refuses what is not what was seen. */
  review(posted: readonly Posted[]): Problem | null {
    this.preview = previewOf(this.row.act, this.unit.events, posted, this.row.steps);
    return this.preview.hash === this.seen.previewHash ? null : staleApproval(null);
  }
}
