import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { isDatabaseAway } from '../platform/database/away.js';
import { Database } from '../platform/database/database.js';
import { Metrics } from '../platform/metrics/index.js';
import { OutboxBell } from '../platform/outbox/outbox-bell.js';
import { keptAnswer } from './engine/earlier.js';
import type { Engine } from './engine/engine.js';
import { jobOf, partsOf } from './engine/job.js';
import { Lane } from './engine/lane.js';
import { UNIT_EVENTS } from './engine/limits.js';
import { databaseAway, refuseAll } from './engine/refusals.js';
import { postSplitting } from './engine/split.js';
import type { Beside, PostResult, RequestIdentity, Unit } from './engine/unit.js';
import type { LedgerEvent } from './events/index.js';
import { Directory } from './store/directory.js';

/** The only writer of journal and balances: everything that moves money or holds goes through `post` (architecture §3). */
@Injectable()
export class Ledger implements OnApplicationShutdown {
  private readonly lanes = new Map<string, Lane>();
  private readonly engine: Engine;

  constructor(
    database: Database,
    private readonly directory: Directory,
    bell: OutboxBell,
    metrics: Metrics,
    private readonly limits: Config,
  ) {
    this.engine = { database, directory, bell, metrics, limits };
  }

  /**
   * Posts a unit: each event is answered with its entry (and award) or a problem, in order. A refused event leaves nothing behind.
   * Rejects only on a fault.
   */
  async post(unit: Unit, beside: Beside = {}): Promise<readonly PostResult[]> {
    if (unit.events.length < 1 || unit.events.length > UNIT_EVENTS) {
      throw new Error(`A unit has 1 to ${UNIT_EVENTS} events, not ${unit.events.length}`);
    }
    const job = jobOf(unit, beside);
    let lane: Lane;
    try {
      lane = await this.lane(unit.fund);
    } catch (error) {
      if (isDatabaseAway(error)) return refuseAll(job, databaseAway(false));
      throw error;
    }
    return lane.submit(partsOf(job));
  }

  /** Posts one event as one request. */
  async postOne(by: Pick<Unit, 'fund' | 'actor' | 'request'>, event: LedgerEvent, beside: Beside = {}): Promise<PostResult> {
    const [result] = await this.post({ ...by, mode: 'single', events: [event] }, beside);
    if (result === undefined) throw new Error('A unit of one event got no result');
    return result;
  }

  /** The answer that was kept of a request by `sentBy`, its first event's, as JSON text; null: it was not answered with success, or long ago. */
  keptAnswer(fundId: number, request: RequestIdentity & { readonly sentBy: string }): Promise<string | null> {
    return keptAnswer(this.engine.database, fundId, request);
  }

  /** Waits until everything that was submitted is answered. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.drain()));
  }

  private async lane(fund: string): Promise<Lane> {
    const known = this.lanes.get(fund);
    if (known !== undefined) return known;
    const lane = new Lane((jobs) => postSplitting(this.engine, fund, jobs), this.limits);
    // An unknown fund gets no lane of its own to keep.
    if ((await this.directory.fund(fund)) === null) return lane;
    const raced = this.lanes.get(fund);
    if (raced !== undefined) return raced;
    this.lanes.set(fund, lane);
    return lane;
  }
}
