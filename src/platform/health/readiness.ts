import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';
import { pendingMigrations } from '../database/migrate.js';
import { JobQueue } from '../queue/job-queue.js';

/** What is looked at, and what was found: null is good. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string | null>>;
}

/** Most milliseconds that one check may take. */
const CHECK_TIMEOUT_MS = 2_000;

/** Whether this process can do its work: database, migrations, queue, and the gates that the start has yet to open. */
@Injectable()
export class Readiness implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly gates = new Map<string, string>();
  private migrated = false;

  constructor(
    private readonly db: Database,
    private readonly queue: JobQueue,
  ) {}

  /** Not ready until the gate of this name is opened; `reason` says what is waited for. */
  close(gate: string, reason: string): void {
    this.gates.set(gate, reason);
  }

  open(gate: string): void {
    this.gates.delete(gate);
  }

  async report(): Promise<ReadinessReport> {
    const [database, migrations, queue] = await Promise.all([
      inTime(async () => {
        await this.db.rows('SELECT 1');
        return null;
      }),
      inTime(() => this.checkMigrations()),
      inTime(async () => ((await this.queue.healthy()) ? null : 'The queue does not answer')),
    ]);
    const checks = { database, migrations, queue, ...Object.fromEntries(this.gates) };
    return { ready: Object.values(checks).every((fault) => fault === null), checks };
  }

  onModuleDestroy(): void {
    this.close('shutdown', 'The process closes');
  }

  beforeApplicationShutdown(): void {
    this.close('shutdown', 'The process closes');
  }

  private async checkMigrations(): Promise<string | null> {
    if (this.migrated) return null;
    const pending = await pendingMigrations((text) => this.db.rows(text));
    this.migrated = pending.length === 0;
    return this.migrated ? null : `Not migrated: ${pending.join(', ')}`;
  }
}

/** The finding of a check, or that it failed. Why it failed is written to the log and not answered. */
async function inTime(check: () => Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('No answer in time'), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check().catch(() => 'It does not answer'), late]);
  } finally {
    clearTimeout(timer);
  }
}
