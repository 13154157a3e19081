import { Injectable } from '@nestjs/common';
import { problem, type Problem } from '../kernel/index.js';
import { Ledger, stepsFor, type PostResult } from '../ledger/index.js';
import { Database, type Sql } from '../platform/database/database.js';
import type { Language } from '../platform/http/index.js';
import type { ActBy, Json, RecordAct, Shown } from './acts/act.js';
import { besideOf } from './acts/act-unit.js';
import { Acts } from './acts/acts.js';
import { rulesInForce } from './approval.sql.js';
import type { People } from './people.js';
import { onItsDate } from './preview/balances-on.sql.js';
import { previewOf, previewOfRecord, previewOfRefusal, type Preview } from './preview/preview.js';

/** What is tried: what was asked, and how many people it was asked of. */
export interface Tried {
  readonly fund: string;
  readonly fundId: number;
  readonly act: string;
  readonly data: Json;
  /** 0: not known yet. */
  readonly steps: number;
}

/** Carries out of a transaction what was tried in it, and takes it back. */
class TakenBack extends Error {
  constructor(readonly shown: Shown) {
    super('Only tried');
  }
}

/** Finds out what something would do, decided under the same locks by the same code as when it is done, and takes it back. */
@Injectable()
export class Trials {
  /** Given behind the constructor: the room of users comes behind this one. */
  people!: People;

  constructor(
    private readonly db: Database,
    private readonly ledger: Ledger,
    private readonly acts: Acts,
  ) {}

  /** What it would do now in its maker's name; its preview says why it can't be done where that is so. */
  async now(tried: Tried, makerId: string, language: Language): Promise<Preview> {
    const maker = await this.people.actorOf(makerId);
    if (maker === null) return previewOfRefusal(tried.act, noMaker(), Math.max(1, tried.steps));
    return this.as(tried, { maker, language });
  }

  /** The same for a maker that is known. */
  async as(tried: Tried, by: ActBy): Promise<Preview> {
    const preview = await this.tried(tried, by);
    return onItsDate(this.db, tried.fundId, preview);
  }

  private async tried(tried: Tried, by: ActBy): Promise<Preview> {
    const { steps: least } = tried;
    const record = this.acts.recordOf(tried.act);
    if (record !== undefined) return this.triedRecord(record, tried, by);
    const act = this.acts.postingOf(tried.act);
    if (act === undefined) return previewOfRefusal(tried.act, unknownAct(), Math.max(1, least));
    const unit = await act.unit(tried.fund, tried.data, by);
    if (!unit.ok) return previewOfRefusal(tried.act, unit.problem, Math.max(1, least));
    const { mode, events } = unit.value;
    const results = await this.ledger.post(
      { fund: tried.fund, actor: by.maker, mode, request: null, events },
      { dryRun: true, ...besideOf(unit.value) },
    );
    const refusal = tellingRefusal(results);
    if (refusal !== null) return previewOfRefusal(tried.act, refusal, Math.max(1, least));
    return previewOf(
      tried.act,
      events,
      results.flatMap((result) => (result.ok ? [result] : [])),
      least,
    );
  }

  private async triedRecord(act: RecordAct<Json>, { fundId, data, steps, act: name }: Tried, by: ActBy): Promise<Preview> {
    const needed = Math.max(steps, await recordSteps(this.db, fundId, act, data));
    try {
      return await this.db.transaction(async (tx) => {
        const done = await act.run(tx, fundId, data, { ...by, agreed: null, isTrial: true });
        if (!done.ok) return previewOfRefusal(name, done.problem, Math.max(1, needed));
        throw new TakenBack(done.value.shown);
      });
    } catch (error) {
      if (error instanceof TakenBack) return previewOfRecord(name, error.shown, needed);
      throw error;
    }
  }
}

/** People beside the maker that a change of a record needs, by the rules in force. */
export async function recordSteps(sql: Sql, fundId: number, act: RecordAct<Json>, data: Json): Promise<number> {
  const asked = act.asks(data);
  if (asked.length === 0) return 0;
  const rules = await rulesInForce(sql, fundId);
  const least = rules.length > 0 && asked.some(({ always }) => always === true) ? 1 : 0;
  return Math.max(least, stepsFor(rules, asked));
}

/** The refusal that says why a unit is refused: of what is rolled back, the one that was at fault. */
export function tellingRefusal(results: readonly PostResult[]): Problem | null {
  const refusals = results.flatMap((result) => (result.ok ? [] : [result.problem]));
  return refusals.find(({ code }) => code !== 'batch-rolled-back') ?? refusals[0] ?? null;
}

/** It was asked for by a version of the product that can do more than this one, or by the demonstration, which isn't ready. */
export function unknownAct(): Problem {
  return problem(
    'unavailable',
    '此程序尚不會辦理這類申請,請稍後再試',
    'This process does not know yet how to do what is asked: try again shortly',
    { retryAfterSeconds: 5 },
  );
}

/** Nothing is done in the name of who may not sign in. */
export function noMaker(): Problem {
  return problem('forbidden', '經辦已停用,不得再以其名義辦理', 'The maker is disabled: nothing is done in its name');
}
