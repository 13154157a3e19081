import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database, type Tx } from '../database/database.js';
import { JobHandlers } from '../queue/job-handlers.js';
import { JobQueue, type JobOptions } from '../queue/job-queue.js';
import { OutboxBell } from './outbox-bell.js';
import { listenForRings, type Listening } from './outbox-listener.js';
import { lockWaiting, markRelayed, RELAY_AGAIN_SECONDS, type TouchedYear } from './outbox.sql.js';

/** Rest between two passes, milliseconds: rings that come close together are one pass. */
const REST_MS = 50;
/** How often the relay reads the outbox without a notification, in case one was lost. */
const POLL_MS = 2_000;
/** Least delay of a job, milliseconds: writes that follow one another are reconciled together. */
const LEAST_DELAY_MS = 300;

/** Who works on announcements. */
export interface Consumer {
  readonly name: string;
  /** Adds its job for a year to the queue. */
  readonly add: (queue: JobQueue, year: TouchedYear, options: JobOptions) => Promise<void>;
  /** How long the job should wait after an announcement, milliseconds (a dear one is repeated less often). */
  readonly pace: (year: TouchedYear, tx: Tx) => Promise<number>;
}

/**
 * Carries the outbox to the queue, in every worker process. Two relays do no harm (locked rows are skipped, jobs are deduplicated),
 * and a row is only marked when its job is in the queue.
 */
@Injectable()
export class OutboxRelay implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(OutboxRelay.name);
  private listening: Listening | null = null;
  private stopListening: (() => void) | null = null;
  private poll: NodeJS.Timeout | null = null;
  private next: NodeJS.Timeout | null = null;
  private passing: Promise<unknown> = Promise.resolve();
  private stopped = true;
  private isEverythingLost = false;
  private readonly consumers = new Map<string, Consumer>();
  /** Rows relayed longer ago are relayed again. Tests make it shorter. */
  againAfterSeconds = RELAY_AGAIN_SECONDS;

  constructor(
    private readonly config: Config,
    private readonly db: Database,
    private readonly queue: JobQueue,
    private readonly bell: OutboxBell,
    private readonly handlers: JobHandlers,
  ) {}

  onModuleInit(): void {
    this.handlers.atStart(() => this.start());
  }

  /** A room's consumer, whose rows this process relays. A second one of the same name is a fault. */
  serve(consumer: Consumer): void {
    if (this.consumers.has(consumer.name)) throw new Error(`The consumer ${consumer.name} is served twice`);
    this.consumers.set(consumer.name, consumer);
  }

  /** Begins to listen and to look. */
  async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    this.stopListening = this.bell.onRing(() => this.wake());
    this.listening = listenForRings(this.config.databaseUrl, () => this.wake());
    this.poll = setInterval(() => void this.look(), POLL_MS);
    this.wake();
  }

  /** A queue that has lost its jobs gets them again at once: those of rows that were relayed before too. */
  private async look(): Promise<void> {
    const wasLost = await this.queue.restore().catch(() => false);
    this.isEverythingLost ||= wasLost;
    this.wake();
  }

  private wake(): void {
    if (this.stopped || this.next !== null) return;
    this.next = setTimeout(() => {
      this.next = null;
      // Passes never overlap: the next one begins when this one is through.
      this.passing = this.passing
        .then(() => this.relay())
        .catch((error: unknown) => {
          this.log.warn(`Outbox not relayed, it waits: ${error instanceof Error ? error.message : 'unknown'}`);
        });
    }, REST_MS);
  }

  /** One pass: adds a job for every consumer and year that waits. Answers how many jobs there were. */
  async relay(): Promise<number> {
    const afterSeconds = this.isEverythingLost ? 0 : this.againAfterSeconds;
    const jobs = await this.db.transaction(async (tx) => {
      const rows = await lockWaiting(tx, afterSeconds, [...this.consumers.keys()]);
      const waiting = new Map(rows.map((row) => [`${row.consumer}:${row.fundId}:${row.fiscalYear}`, row]));
      for (const [key, { consumer, fundId, fiscalYear }] of waiting) {
        const served = this.consumers.get(consumer);
        if (served !== undefined) await this.addJob(tx, served, { fundId, fiscalYear }, key);
      }
      const ids = rows.map((row) => row.id);
      if (ids.length > 0) await markRelayed(tx, ids);
      return waiting.size;
    });
    if (afterSeconds === 0) this.isEverythingLost = false;
    return jobs;
  }

  private async addJob(tx: Tx, { add, pace }: Consumer, year: TouchedYear, deduplicationId: string): Promise<void> {
    const delayMs = Math.max(LEAST_DELAY_MS, await pace(year, tx));
    await add(this.queue, year, { deduplicationId, keepLastIfActive: true, delayMs });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.stopListening?.();
    if (this.poll !== null) clearInterval(this.poll);
    if (this.next !== null) clearTimeout(this.next);
    await this.listening?.close();
    await this.passing;
  }
}
