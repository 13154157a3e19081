import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { accepted, ProblemError, problem, refused, type Actor, type Problem } from '../kernel/index.js';
import {
  approvalRequired,
  asksOf,
  Directory,
  Ledger,
  noFund,
  stepsFor,
  type ApprovalKind,
  type PostResult,
} from '../ledger/index.js';
import { sqlState } from '../platform/database/away.js';
import { Database, type Sql, type Statement, type Tx } from '../platform/database/database.js';
import { Answer, IdempotentWrites, JsonText, type Language, type Refused } from '../platform/http/index.js';
import type { ActUnit, AskedBy, Json, PostingAct, Proposal, RecordAct } from './acts/act.js';
import { answerOf, besideOf, textsOf } from './acts/act-unit.js';
import { pack } from './acts/pack.js';
import { findApprovals, findSame, insertApproval, mayDecide, rulesInForce } from './approval.sql.js';
import { tellRequested } from './audit.js';
import type { ApprovalDto } from './approval.dto.js';
import { approvalView } from './approval-view.js';
import type { Preview } from './preview/preview.js';
import { recordSteps, tellingRefusal, Trials } from './trials.js';

/** What became of something that may need a second person: its own answer, an approval that waits (202), or a refusal. */
export type Submitted<T> = Answer<JsonText<T>> | Answer<T> | Answer<ApprovalDto> | Refused;

/**
 * The way in for everything that may need a second person: does it where the fund asks for none, and has it wait where it does. What waits
 * holds no money.
 */
@Injectable()
export class Approvals {
  constructor(
    private readonly db: Database,
    private readonly ledger: Ledger,
    private readonly directory: Directory,
    private readonly writes: IdempotentWrites,
    private readonly trials: Trials,
  ) {}

  /** Posts it, or asks for whom it needs. */
  async submit<T, Data extends Json>(act: PostingAct<Data>, proposal: Proposal<Data>, by: AskedBy): Promise<Submitted<T>> {
    const made =
      proposal.made === undefined
        ? await act.unit(proposal.fund, proposal.data, { maker: by.actor, language: by.language })
        : accepted(proposal.made);
    if (!made.ok) return made;
    const unit = made.value;
    // What an officer asks for needs another in any case: it isn't posted in vain first.
    if (by.actor.role === 'officer' && unit.events.some((event) => asksOf(event).length > 0)) return this.ask(act, proposal, by);
    const results = await this.ledger.post(
      { fund: proposal.fund, actor: by.actor, mode: unit.mode, request: by.request, events: unit.events },
      besideOf(unit),
    );
    const refusal = tellingRefusal(results);
    if (refusal === null) {
      const isReplayed = results.every((result) => result.ok && result.replayed);
      return new Answer(new JsonText<T>(answerOf(unit, textsOf(results, unit))), { replayed: isReplayed });
    }
    return this.orAsk(act, proposal, by, results);
  }

  /** What was refused for want of a second person is asked for; the answer where it was before. Any other refusal is the answer. */
  async orAsk<Data extends Json>(
    act: PostingAct<Data>,
    proposal: Proposal<Data>,
    by: AskedBy,
    results: readonly PostResult[],
  ): Promise<Answer<ApprovalDto> | Refused> {
    const codes = results.flatMap((result) => (result.ok ? [] : [result.problem.code]));
    if (codes.includes('approval-required')) return this.ask(act, proposal, by);
    const refusal = tellingRefusal(results) ?? nothingRefused();
    if (refusal.code !== 'idempotency-key-reused') return refused(refusal);
    return (await this.askedBefore(proposal.fund, by)) ?? refused(refusal);
  }

  /** Has it wait for whom it needs; refused where it can't be done as it is asked. */
  async ask<Data extends Json>(
    act: PostingAct<Data>,
    proposal: Proposal<Data>,
    by: AskedBy,
  ): Promise<Answer<ApprovalDto> | Refused> {
    const before = await this.askedBefore(proposal.fund, by);
    if (before !== null) return before;
    const made = await act.unit(proposal.fund, proposal.data, { maker: by.actor, language: by.language });
    if (!made.ok) return made;
    const kind = await this.kindOf(proposal.fund, made.value.events);
    if (kind === null) throw new Error(`${act.name} asks for nothing`);
    return this.wait(act.name, kind, proposal, by, 0);
  }

  /** Changes a record, or asks for whom that needs. */
  async change<T, Data extends Json>(
    act: RecordAct<Data>,
    proposal: Proposal<Data>,
    by: AskedBy & { readonly status: 200 | 201 },
  ): Promise<Submitted<T>> {
    const fund = await this.directory.fund(proposal.fund);
    if (fund === null) return refused(noFund(proposal.fund));
    const before = await this.askedBefore(proposal.fund, by);
    if (before !== null) return before;
    const steps = await recordSteps(this.db, fund.id, act, proposal.data);
    const [asked] = act.asks(proposal.data);
    if (steps > 0 && asked !== undefined) return this.wait(act.name, asked.kind, proposal, by, steps);
    const { actor: maker, language, request, status } = by;
    const work = async (tx: Tx) => {
      const done = await act.run(tx, fund.id, proposal.data, { maker, language, agreed: null });
      return done.ok ? accepted(done.value.answer as T) : done;
    };
    const doing =
      request === null ? inTransaction(this.db, work) : this.writes.run({ fundId: fund.id, actor: maker, request, status }, work);
    const answer = await doing.catch(lacksAnother);
    // It came to be asked for meanwhile.
    if (!(answer instanceof Answer) && answer.problem.code === 'approval-required' && asked !== undefined)
      return this.wait(act.name, asked.kind, proposal, by, 1);
    if (answer instanceof Answer) act.after?.();
    return answer;
  }

  /** Whoever may decide it now. */
  async decidersOf(sql: Sql, id: string): Promise<string[]> {
    return (await sql.rows<{ username: string }>(DECIDERS, [id])).map(({ username }) => username);
  }

  /** What of it needs the most people; of two alike the one that an event names last, which says more (an override, of a reduction). */
  private async kindOf(code: string, events: ActUnit['events']): Promise<ApprovalKind | null> {
    const fund = await this.directory.fund(code);
    const rules = fund === null ? [] : await rulesInForce(this.db, fund.id);
    const asked = events.flatMap((event) => asksOf(event));
    const steps = asked.map((one) => stepsFor(rules, [one]));
    return asked[steps.lastIndexOf(Math.max(...steps))]?.kind ?? null;
  }

  private async wait<Data extends Json>(
    act: string,
    kind: ApprovalKind,
    proposal: Proposal<Data>,
    by: AskedBy,
    steps: number,
  ): Promise<Answer<ApprovalDto> | Refused> {
    const fund = await this.directory.fund(proposal.fund);
    if (fund === null) return refused(noFund(proposal.fund));
    const { actor, request, language } = by;
    const tried = { fund: fund.code, fundId: fund.id, act, data: proposal.data, steps };
    const preview = await this.trials.as(tried, { maker: actor, language });
    if (preview.problem !== null) return refused(preview.problem);
    if (preview.steps === 0) return refused(askedNoMore());
    const work = (tx: Tx) => this.insert(tx, fund.id, act, kind, proposal, preview, by);
    if (request === null) {
      const same = await findSame(this.db, actor.id, act, pack(proposal.data));
      if (same !== null) return new Answer(await this.shown(this.db, same, actor, language), { replayed: true, status: 202 });
      return asWaiting(await inTransaction(this.db, work));
    }
    return asWaiting(await this.writes.run({ fundId: fund.id, actor, request, status: 202 }, work));
  }

  private async insert<Data extends Json>(
    tx: Tx,
    fundId: number,
    act: string,
    kind: ApprovalKind,
    { data, asked, fiscalYear, amountFen }: Proposal<Data>,
    preview: Preview,
    { actor, language }: AskedBy,
  ) {
    const id = uuidv7();
    const { id: requestedBy, role: requestedRole, agency: requestedAgency } = actor;
    const maker = { requestedBy, requestedRole, requestedAgency, language };
    const row = {
      id,
      fundId,
      kind,
      act,
      data: pack(data),
      request: asked(),
      fiscalYear,
      amountFen,
      preview,
      ...maker,
    };
    await insertApproval(tx, row);
    await tellRequested(tx, actor, row);
    return accepted(await this.shown(tx, id, actor, language));
  }

  private async shown(tx: Sql, id: string, { id: actorId, username }: Actor, language: Language): Promise<ApprovalDto> {
    const [row] = await findApprovals(tx, [id]);
    if (row === undefined) throw new Error(`Approval ${id} is gone`);
    return approvalView(row, (user) => (user === actorId ? username : user), language, {
      mayDecide: await this.decidersOf(tx, id),
    });
  }

  /** The approval that this very request was answered with before. */
  private async askedBefore(fund: string, { actor, request }: AskedBy): Promise<Answer<ApprovalDto> | null> {
    const known = await this.directory.fund(fund);
    if (known === null || request === null) return null;
    return this.writes.replayOf<ApprovalDto>({ fundId: known.id, actor, request, status: 202 });
  }
}

const DECIDERS: Statement = {
  name: 'approvals.deciders',
  plannedEachTime: true,
  text: `SELECT u.username FROM approval a JOIN app_user u ON u.role = 'finance' AND u.active
          WHERE a.id = $1 AND (${mayDecide('u.id')}) ORDER BY u.username LIMIT 20`,
};

async function inTransaction<T>(
  db: Database,
  work: (tx: Tx) => Promise<{ ok: true; value: T } | Refused>,
): Promise<Answer<T> | Refused> {
  try {
    return await db.transaction(async (tx) => {
      const done = await work(tx);
      if (!done.ok) throw new ProblemError(done.problem);
      return new Answer(done.value);
    });
  } catch (error) {
    if (error instanceof ProblemError) return refused(error.problem);
    throw error;
  }
}

function asWaiting(answer: Answer<ApprovalDto> | Refused): Answer<ApprovalDto> | Refused {
  return answer instanceof Answer ? new Answer(answer.body, { ...answer.about, status: 202 }) : answer;
}

/** The database has refused what lacks a second person: the fund came to ask for one meanwhile. */
function lacksAnother(error: unknown): Refused {
  if (sqlState(error) !== 'FL007') throw error;
  return refused(approvalRequired(1));
}

function askedNoMore(): Problem {
  return problem('unavailable', '覆核規定剛有變更,請再送一次', 'The policy of approvals has just changed: send it again', {
    retryAfterSeconds: 1,
  });
}

function nothingRefused(): Problem {
  throw new Error('Nothing was refused');
}
