import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';

/** PostgreSQL channel on which relays of other processes listen. */
export const OUTBOX_CHANNEL = 'fund_ledger_outbox';

/** Shortest time between two notifications, milliseconds: at commit a NOTIFY takes a lock of the whole cluster. */
const REST_MS = 20;

/** Rung after a commit that wrote to the outbox. A ring that gets lost costs seconds, never work: relays look by themselves as well. */
@Injectable()
export class OutboxBell implements OnModuleDestroy {
  private readonly log = new Logger(OutboxBell.name);
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly db: Database) {}

  /** Something waits in the outbox. Returns at once and never fails. */
  ring(): void {
    if (this.listeners.size > 0) {
      for (const listener of this.listeners) listener();
      return;
    }
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.sending = this.notify();
    }, REST_MS);
  }

  /** A relay of this process hears the bell without PostgreSQL. Answers how to stop. */
  onRing(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async notify(): Promise<void> {
    await this.db.rows(`SELECT pg_notify('${OUTBOX_CHANNEL}', '')`).catch((error: unknown) => {
      this.log.warn(`Outbox not notified: ${error instanceof Error ? error.message : 'unknown'}`);
    });
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.listeners.clear();
    await this.sending;
  }
}
