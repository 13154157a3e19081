import type { Json, PostingAct } from '../approvals/index.js';
import { accepted, formatYuan, type Fen } from '../kernel/index.js';
import { asksOf, readPosted, type Beside, type Ledger, type LedgerEvent, type Posted } from '../ledger/index.js';
import type { Database } from '../platform/database/database.js';
import { ILLUSTRATIVE } from './planned-awards.js';
import { requestOf } from './request-of.js';
import type { TwoPeople } from './two-people.js';

/** What is left of a step: each event's entry, and its award as it stood after it. */
export type Done = Pick<Posted, 'entry' | 'award'>;

/** What the demonstration is posted with. */
export interface Posting {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly people: TwoPeople;
  readonly fund: { readonly id: number; readonly code: string };
}

/** Posts steps of the demonstration under fixed keys: a step that was posted before is answered again and nothing is doubled. */
export class Poster {
  private readonly act: PostingAct<StepData>;

  constructor(private readonly by: Posting) {
    this.act = by.people.services.acts.addPosting(stepAct);
  }

  /** Posts all events of a step or none; with a second person where one is asked for. A refusal is a fault of the demonstration and thrown. */
  async post(year: number, step: string, events: readonly LedgerEvent[]): Promise<readonly Done[]> {
    const isAsked = events.some((event) => asksOf(event).length > 0);
    return isAsked ? this.postAgreed(year, step, events) : this.postAlone(year, step, events);
  }

  /** The same for what nobody is asked for, with the records beside it. */
  async postAlone(year: number, step: string, events: readonly LedgerEvent[], beside: Beside = {}): Promise<readonly Done[]> {
    if (events.length === 0) return [];
    const { ledger, fund, people } = this.by;
    const unit = { fund: fund.code, actor: people.maker, mode: 'all' as const, request: requestOf(`${year}/${step}`), events };
    const results = await ledger.post(unit, beside);
    // Of what is rolled back, the one that is refused says why.
    const refused = results.findIndex((result) => !result.ok && result.problem.code !== 'batch-rolled-back');
    return results.map((result, index) => {
      if (result.ok) return result;
      const told = refused < 0 ? index : refused;
      throw new Error(`Step ${year}/${step}, event ${told}: ${JSON.stringify(results[told])}`);
    });
  }

  private async postAgreed(year: number, step: string, events: readonly LedgerEvent[]): Promise<readonly Done[]> {
    const { db, fund, people } = this.by;
    const proposal = {
      fund: fund.code,
      data: { events },
      asked: () => ({ step: `${year}/${step}`, reason: ILLUSTRATIVE, entries: events.map(told) }),
      fiscalYear: year,
      amountFen: events.reduce((sum, event) => sum + fenOfEvent(event), 0n),
    };
    const { entries } = await people.agree<StepAnswer>(`${year}/${step}`, (by) =>
      people.services.approvals.submit(this.act, proposal, by),
    );
    const posted = await readPosted(db, fund.id, entries);
    return entries.map((id) => {
      const done = posted.get(id);
      if (done === undefined) throw new Error(`Step ${year}/${step}: its entry ${id} is gone`);
      return done;
    });
  }
}

/** Events that wait for a second person. */
interface StepData extends Json {
  readonly events: readonly LedgerEvent[];
}

/** Ids of the entries, by event. */
interface StepAnswer {
  readonly entries: readonly string[];
}

const stepAct: PostingAct<StepData> = {
  name: 'demonstration-step',
  roles: ['finance'],
  unit(_, { events }) {
    return Promise.resolve(
      accepted({
        mode: 'all',
        events,
        render: ({ entry }) => JSON.stringify(entry?.id ?? null),
        answer: (ids: readonly string[]) => `{"entries":[${ids.join(',')}]}`,
      }),
    );
  },
};

/** An event as whoever agrees to it reads it. */
function told(event: LedgerEvent): Json {
  const amountFen = fenOfEvent(event);
  return {
    kind: event.kind,
    ...('line' in event ? { line: event.line } : {}),
    ...('awardId' in event ? { award: event.awardId } : {}),
    ...(amountFen === 0n ? {} : { amount: formatYuan(amountFen) }),
  };
}

function fenOfEvent(event: LedgerEvent): Fen {
  return 'amountFen' in event ? (event.amountFen ?? 0n) : 0n;
}
