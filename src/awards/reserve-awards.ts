import { Injectable } from '@nestjs/common';
import {
  accepted,
  invalid,
  parseYuan,
  problem,
  refused,
  type Actor,
  type Problem,
  type ProblemPlace,
  type Result,
} from '../kernel/index.js';
import {
  Directory,
  Ledger,
  noFund,
  type PostResult,
  type Publicity,
  type Render,
  type RequestIdentity,
  type ReserveEvent,
} from '../ledger/index.js';
import {
  Acts,
  Approvals,
  type ApprovalDto,
  type AskedBy,
  type Json,
  type PostingAct,
  type Proposal,
  type Submitted,
} from '../approvals/index.js';
import { Usernames } from '../identity/index.js';
import { partiesOfRequest } from '../parties/index.js';
import { Answer, type Refused } from '../platform/http/index.js';
import { Secrets } from '../platform/secrets/secrets.js';
import type { AwardBatchDto, AwardRequestDto, PublicityDto } from './award-request.dto.js';
import type { AwardDto } from './award.dto.js';
import { askedOf, reservationAct, reservationsAct, type ReservationData, type ReservationsData } from './reserve-acts.js';

/** Reserves awards (預留): one, or up to a thousand. */
@Injectable()
export class ReserveAwards {
  private readonly reservation: PostingAct<ReservationData>;
  private readonly reservations: PostingAct<ReservationsData>;

  constructor(
    private readonly ledger: Ledger,
    private readonly directory: Directory,
    private readonly secrets: Secrets,
    private readonly approvals: Approvals,
    usernames: Usernames,
    acts: Acts,
  ) {
    this.reservation = acts.addPosting(reservationAct(usernames));
    this.reservations = acts.addPosting(reservationsAct(usernames));
  }

  /** Reserves one award, or asks for whom that needs. */
  async one(body: AwardRequestDto, by: AskedBy): Promise<Submitted<AwardDto>> {
    const event = this.eventOf(body, by.actor, '');
    return event.ok ? this.approvals.submit(this.reservation, proposalOf(body, event.value), by) : event;
  }

  /**
   * Reserves a batch of one fund. Refused as a whole where an item is malformed or the key was used for another request; what needs a second
   * person is asked for, of mode `each` item by item, of mode `all` as a whole.
   */
  async many(body: AwardBatchDto, by: AskedBy, request: RequestIdentity, render: Render): Promise<BatchAnswer> {
    const { actor } = by;
    const fund = body.awards[0]?.fund ?? '';
    const read = this.eventsOf(body, actor, fund);
    if (!read.ok) return read;
    const events = read.value;
    if ((await this.directory.fund(fund)) === null) return refused(noFund(fund));
    const results = await this.ledger.post({ fund, actor, mode: body.mode, request, events }, { render });
    if (body.mode === 'all' && results.some(isToBeAsked)) {
      return this.approvals.orAsk(this.reservations, this.batchOf(body, events), by, results);
    }
    const items: BatchItem[] = [...results];
    const waiting = [...results.keys()].filter((index) => isToBeAsked(results[index]));
    for (let start = 0; start < waiting.length; start += ASKED_AT_ONCE) {
      await Promise.all(
        waiting.slice(start, start + ASKED_AT_ONCE).map(async (index) => {
          const [result, asked, event] = [results[index], body.awards[index], events[index]];
          if (result === undefined || asked === undefined || event === undefined) return;
          const own = { ...by, request: { ...request, place: index + 1 } };
          items[index] = await this.approvals.orAsk(this.reservation, proposalOf(asked, event), own, [result]);
        }),
      );
    }
    const whole = refusalOfAll(items);
    return whole === null ? accepted(items) : refused(whole);
  }

  private eventsOf(body: AwardBatchDto, actor: Actor, fund: string): Result<readonly ReserveEvent[]> {
    const events: ReserveEvent[] = [];
    const faults: ProblemPlace[] = [];
    for (const [index, item] of body.awards.entries()) {
      if (item.fund !== fund) {
        faults.push(...placesOf(invalid(`/awards/${index}/fund`, '同批須為同一專項資金', 'A batch is of one fund')));
        continue;
      }
      const event = this.eventOf(item, actor, `/awards/${index}`);
      if (event.ok) events.push(event.value);
      else if (event.problem.code === 'validation-failed') faults.push(...placesOf(event.problem));
      else return event;
    }
    if (faults.length === 0) return accepted(events);
    const most = faults.slice(0, MOST_FAULTS);
    return refused(
      problem('validation-failed', `有 ${faults.length} 處不符合要求`, `${faults.length} places are not valid`, { errors: most }),
    );
  }

  private batchOf(body: AwardBatchDto, events: readonly ReserveEvent[]): Proposal<ReservationsData> {
    return {
      fund: body.awards[0]?.fund ?? '',
      data: { events },
      asked: () => ({ mode: body.mode, awards: body.awards.map((item, index) => askedIn(item, events[index])) }),
      fiscalYear: events[0]?.fiscalYear ?? null,
      amountFen: events.reduce((sum, { amountFen }) => sum + amountFen, 0n),
    };
  }

  private eventOf(body: AwardRequestDto, actor: Actor, at: string): Result<ReserveEvent> {
    if (body.approvedOffline === true && actor.role !== 'finance') {
      return refused(problem('forbidden', '只有財政可以補錄紙面批准', 'Only finance records an approval on paper'));
    }
    if (body.distinctFrom !== undefined && actor.role !== 'finance') {
      return refused(problem('forbidden', '只有財政可以認定為不同項目', 'Only finance says that two projects are different'));
    }
    if (body.effectiveOn !== undefined && !body.effectiveOn.startsWith(`${body.fiscalYear}-`)) {
      const zh = `日期須在 ${body.fiscalYear} 預算年度之內`;
      return refused(invalid(`${at}/effectiveOn`, zh, `The date must lie in the fiscal year ${body.fiscalYear}`));
    }
    const parties = partiesOfRequest(
      { enterprise: body.enterprise, project: body.project, person: body.person },
      this.secrets.secret,
      at,
    );
    if (!parties.ok) return parties;
    return accepted({
      kind: 'reserve',
      fiscalYear: body.fiscalYear,
      line: body.line,
      amountFen: parseYuan(body.amount) ?? 0n,
      ...parties.value,
      approvalRef: body.approvalRef,
      approvedOn: body.approvedOn,
      effectiveOn: body.effectiveOn ?? null,
      facts: body.facts,
      approvedOffline: body.approvedOffline === true,
      ...(body.publicity === undefined ? {} : { publicity: publicityOf(body.publicity) }),
      distinctFrom: (body.distinctFrom ?? []).map(({ award, reason }) => ({ awardId: award.toLowerCase(), reason })),
    });
  }
}

/** What became of an item of a batch: reserved, refused, or waiting for a second person. */
export type BatchItem = PostResult | Answer<ApprovalDto> | Refused;

/** What became of a batch: of each of its items, or of all of it. */
export type BatchAnswer = Result<readonly BatchItem[]> | Answer<ApprovalDto>;

function isToBeAsked(result: PostResult | undefined): boolean {
  return (
    result?.ok === false && (result.problem.code === 'approval-required' || result.problem.code === 'idempotency-key-reused')
  );
}

function proposalOf(body: AwardRequestDto, event: ReserveEvent): Proposal<ReservationData> {
  const { fund, fiscalYear } = body;
  return { fund, data: { event }, asked: () => askedOf(body, event), fiscalYear, amountFen: event.amountFen };
}

function askedIn(item: AwardRequestDto, event: ReserveEvent | undefined): Json {
  return event === undefined ? {} : askedOf(item, event);
}

/** A publicity as the ledger takes it. */
export function publicityOf({ from, to, reference, objections }: PublicityDto): Publicity {
  return { from, to, reference, objections: objections ?? null };
}

/** Items of a batch that are tried and kept at once, to wait for a second person. */
const ASKED_AT_ONCE = 8;

/** Most faulty places that one answer names. */
const MOST_FAULTS = 100;

/** Refusals that are of the request, not of an item, where every item has them. */
const WHOLE: ReadonlySet<Problem['code']> = new Set([
  'idempotency-key-reused',
  'idempotency-in-progress',
  'outcome-unknown',
  'unavailable',
]);

/** The refusal of the request as a whole. What was recorded of a batch in parts is told item by item, beside what was not. */
function refusalOfAll(items: readonly BatchItem[]): Problem | null {
  const [first] = items;
  if (first === undefined || first instanceof Answer || first.ok || !WHOLE.has(first.problem.code)) return null;
  const { code } = first.problem;
  return items.every((item) => !(item instanceof Answer) && !item.ok && item.problem.code === code) ? first.problem : null;
}

function placesOf(fault: Problem): readonly ProblemPlace[] {
  return fault.errors ?? [];
}
