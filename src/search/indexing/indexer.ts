import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { sqlState } from '../../platform/database/away.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/metrics/index.js';
import { OutboxBell } from '../../platform/outbox/outbox-bell.js';
import { JobHandlers } from '../../platform/queue/job-handlers.js';
import { indexWaiting } from './index-texts.js';
import { readOneSnapshot, secondsBehind, somethingWaits, tryIndexLock } from './indexing.sql.js';

const SERIALIZATION_FAILURE = '40001';
/** How often it is looked whether anything waits, milliseconds: a fifth of the second that the index may be behind. */
const LOOK_MS = 200;
/** Rest after a ring, milliseconds: writes that come close together are one pass. */
const REST_MS = 100;

/**
 * Keeps the search index at most a second behind, in every worker process; one of them works at a time. It is no job of the queue: a run
 * of reconciliation that takes the queue's places for a minute would keep what was just reserved from being found.
 */
@Injectable()
export class Indexer implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(Indexer.name);
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private stopListening: (() => void) | null = null;
  private isClosing = false;

  constructor(
    private readonly db: Database,
    private readonly handlers: JobHandlers,
    private readonly bell: OutboxBell,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.handlers.atStart(async () => this.start());
    this.metrics.gauge(
      'fund_search_behind_seconds',
      'For how long the oldest of what search does not find yet has been waiting.',
      [],
      async () => [{ labels: {}, value: await secondsBehind(this.db) }],
    );
  }

  /** Begins to look. */
  private start(): void {
    if (this.stopListening !== null) return;
    this.stopListening = this.bell.onRing(() => this.lookIn(REST_MS));
    this.lookIn(0);
  }

  /** Brings the index up to date. Answers whether it did: another process may be at it. */
  async catchUp(): Promise<boolean> {
    while (await somethingWaits(this.db)) {
      if (!(await this.pass()) || this.isClosing) return false;
    }
    return true;
  }

  /** One pass; false: another process is at it. */
  private async pass(): Promise<boolean> {
    try {
      return await this.db.transaction(async (tx) => {
        await readOneSnapshot(tx);
        const isOurs = await tryIndexLock(tx);
        if (isOurs) await indexWaiting(tx);
        return isOurs;
      });
    } catch (error) {
      // Another process ended its pass between this one's snapshot and its lock: what it took is not taken again.
      if (sqlState(error) === SERIALIZATION_FAILURE) return true;
      throw error;
    }
  }

  private lookIn(milliseconds: number): void {
    if (this.isClosing) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), milliseconds);
  }

  private look(): void {
    this.timer = null;
    this.looking = this.looking
      .then(() => this.catchUp())
      .then(() => undefined)
      .catch((error: unknown) => {
        this.log.warn(`Not indexed, it waits: ${error instanceof Error ? error.message : 'unknown'}`);
      })
      .finally(() => {
        if (this.timer === null) this.lookIn(LOOK_MS);
      });
  }

  async onModuleDestroy(): Promise<void> {
    this.isClosing = true;
    this.stopListening?.();
    if (this.timer !== null) clearTimeout(this.timer);
    await this.looking;
  }
}
