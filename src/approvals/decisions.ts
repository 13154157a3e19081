import { Injectable } from '@nestjs/common';
import { problem, refused, type Actor, type Role } from '../kernel/index.js';
import { Ledger } from '../ledger/index.js';
import { Database } from '../platform/database/database.js';
import { Answer, IdempotentWrites, JsonText, type Language } from '../platform/http/index.js';
import { Acts } from './acts/acts.js';
import { AgreedPostings } from './agreed-postings.js';
import type { ApprovalDto } from './approval.dto.js';
import { findApprovals, type ApprovalRow } from './approval.sql.js';
import { tellRefused } from './audit.js';
import type { DecidedBy, DecisionAnswer, Seen } from './decided-by.js';
import { noSuchApproval, notItsChecker } from './may-decide.js';
import type { Preview } from './preview/preview.js';
import { RecordedDecisions } from './recorded-decisions.js';
import { Sight } from './sight.js';
import { Trials, unknownAct } from './trials.js';

/** Times that an approval is read again because somebody else has agreed meanwhile. */
const READS = 5;

/** Makers as they are now, each asked for once. */
type Makers = Map<string, Promise<Actor | null>>;

/** Decides what waits: agrees to it, rejects it, withdraws it. What the last of its people agrees to is done in the same transaction. */
@Injectable()
export class Decisions {
  private readonly sight: Sight;
  private readonly postings: AgreedPostings;
  private readonly recorded: RecordedDecisions;

  constructor(
    private readonly db: Database,
    private readonly ledger: Ledger,
    private readonly writes: IdempotentWrites,
    private readonly acts: Acts,
    private readonly trials: Trials,
  ) {
    this.sight = new Sight(db, trials);
    this.postings = new AgreedPostings(ledger, () => trials.people, this.sight);
    this.recorded = new RecordedDecisions(db, writes, this.sight);
  }

  /** Agrees to what was seen (`previewHash`). Refused `approval-stale` where it would do something else by now, or nothing. */
  async approve(id: string, seen: Seen, by: DecidedBy): Promise<DecisionAnswer> {
    const [row] = await findApprovals(this.db, [id]);
    return this.approveRow(row, seen, by, new Map());
  }

  /** Agrees to many, each for itself; the answers in order. */
  async approveMany(
    items: readonly { readonly id: string; readonly seen: Seen; readonly by: DecidedBy }[],
  ): Promise<readonly DecisionAnswer[]> {
    const rows = await findApprovals(
      this.db,
      items.map(({ id }) => id),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const makers: Makers = new Map();
    return Promise.all(items.map(({ id, seen, by }) => this.approveRow(byId.get(id), seen, by, makers)));
  }

  /** Refuses to agree, with a reason. Nothing more can be decided on it. */
  reject(id: string, reason: string, by: DecidedBy): Promise<DecisionAnswer> {
    return this.recorded.end(id, 'rejected', reason, by, (row) => notItsChecker(row, by.actor, null));
  }

  /** The maker no longer asks for it. */
  withdraw(id: string, reason: string | null, by: DecidedBy): Promise<DecisionAnswer> {
    return this.recorded.end(id, 'withdrawn', reason, by, ({ requestedBy }) =>
      requestedBy === by.actor.id ? null : problem('forbidden', '只有經辦本人可以撤回', 'Only its maker withdraws a request'),
    );
  }

  /** What it would do now. */
  previewNow(row: ApprovalRow, language: Language): Promise<Preview> {
    return this.sight.previewNow(row, language);
  }

  private async approveRow(first: ApprovalRow | undefined, seen: Seen, by: DecidedBy, makers: Makers): Promise<DecisionAnswer> {
    let row = first;
    for (let read = 1; ; read += 1) {
      if (row === undefined) return refused(noSuchApproval());
      const before = await this.answeredBefore(row, by);
      if (before !== null) return before;
      const answer = await this.agree(row, seen, by, makers);
      if (answer instanceof Answer || answer.problem.code !== 'version-conflict' || read === READS)
        return tellRefused(this.db, row.fundId, 'approve', { id: row.id, ...seen }, by.actor, answer);
      [row] = await findApprovals(this.db, [row.id]);
    }
  }

  /** The first answer to this very request: kept by itself, or with what was posted. Of what waits, only who has agreed to it has one. */
  private async answeredBefore(
    row: ApprovalRow,
    { actor, request }: DecidedBy,
  ): Promise<Answer<ApprovalDto | JsonText<ApprovalDto>> | null> {
    if (row.status === 'pending' && row.decisions.every(({ by }) => by !== actor.id)) return null;
    const before = await this.writes.replayOf<ApprovalDto>({ fundId: row.fundId, actor, request, status: 200 });
    if (before !== null || row.status !== 'approved') return before;
    const kept = await this.ledger.keptAnswer(row.fundId, { ...request, sentBy: actor.id });
    return kept === null ? null : new Answer(new JsonText<ApprovalDto>(kept), { replayed: true });
  }

  private async agree(row: ApprovalRow, seen: Seen, by: DecidedBy, makers: Makers): Promise<DecisionAnswer> {
    const earlier = row.decisions.filter(({ previewHash }) => previewHash === seen.previewHash).map((decision) => decision.by);
    if (earlier.length + 1 < row.steps) return this.recorded.agreeBefore(row, seen, by);
    const maker = await this.maker(row.requestedBy, makers);
    const posting = this.acts.postingOf(row.act);
    if (posting !== undefined) return this.postings.post(posting, row, able(maker, posting), earlier, seen, by);
    const record = this.acts.recordOf(row.act);
    if (record !== undefined) return this.recorded.change(record, row, able(maker, record), earlier, seen, by);
    return refused(unknownAct());
  }

  private maker(id: string, makers: Makers): Promise<Actor | null> {
    const known = makers.get(id) ?? this.trials.people.actorOf(id);
    makers.set(id, known);
    return known;
  }
}

/** The maker, where it may still ask for this; else null. */
function able(maker: Actor | null, { roles }: { readonly roles: readonly Role[] }): Actor | null {
  return maker !== null && roles.includes(maker.role) ? maker : null;
}
