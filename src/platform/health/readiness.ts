import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';
import { notMigrated, pendingMigrations } from '../database/migrate.js';
import { Secrets } from '../secrets/secrets.js';
import { JobQueue } from '../queue/job-queue.js';

/** What is looked at, and what was found: null is good. */
export interface ReadinessReport {
  readonly ready: boolean;
  /** Something that can wait does. */
  readonly degraded: boolean;
  readonly checks: Readonly<Record<string, string | null>>;
}

/** Most milliseconds that one check may take. */
const CHECK_TIMEOUT_MS = 2_000;

/** How often the database is looked at at most, milliseconds. */
const LOOK_MS = 1_000;

const QUEUE_AWAY = 'The queue does not answer: writes go on, their reconciliation waits';
const READ_ONLY = `SELECT current_setting('transaction_read_only')::boolean AS "isReadOnly"`;
/** A record of the write-ahead log, and nothing in any table: its COMMIT waits for the disk and for synchronous standbys as a posting's does. */
const WRITE = `SELECT pg_logical_emit_message(true, 'fund-ledger', 'ready')`;

interface Foundations {
  readonly database: string | null;
  readonly migrations: string | null;
}

/** Whether this process can do its work: a database that takes writes, migrations, and the gates that the start has yet to open. */
@Injectable()
export class Readiness implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly gates = new Map<string, string>();
  private looked: { readonly at: number; readonly found: Promise<Foundations> } | null = null;

  constructor(
    private readonly db: Database,
    private readonly queue: JobQueue,
    private readonly secrets: Secrets,
  ) {}

  /** Not ready until the gate of this name is opened; `reason` says what is waited for. */
  close(gate: string, reason: string): void {
    this.gates.set(gate, reason);
  }

  open(gate: string): void {
    this.gates.delete(gate);
  }

  async report(): Promise<ReadinessReport> {
    const [{ database, migrations }, queueFault] = await Promise.all([
      this.foundations(),
      inTime(async () => ((await this.queue.healthy()) ? null : '')),
    ]);
    const queue = queueFault === null ? null : QUEUE_AWAY;
    const gates = Object.fromEntries(this.gates);
    const isReady = [database, migrations, ...Object.values(gates)].every((fault) => fault === null);
    // Writes need no queue: what they announce waits in the outbox.
    return { ready: isReady, degraded: queue !== null, checks: { database, migrations, queue, ...gates } };
  }

  /** Looked at once a second, however many ask. */
  private foundations(): Promise<Foundations> {
    const now = performance.now();
    if (this.looked === null || now - this.looked.at >= LOOK_MS) {
      const found = Promise.all([inTime(() => this.checkDatabase()), inTime(() => this.checkMigrations())]);
      this.looked = { at: now, found: found.then(([database, migrations]) => ({ database, migrations })) };
    }
    return this.looked.found;
  }

  /** A standby reads, and a primary whose synchronous standby is away answers every statement but COMMIT: only a write that commits tells. */
  private async checkDatabase(): Promise<string | null> {
    const options = { answerTimeoutMs: CHECK_TIMEOUT_MS };
    return this.db.transaction(async (tx) => {
      const [state] = await tx.rows<{ isReadOnly: boolean }>(READ_ONLY);
      if (state?.isReadOnly === true) return 'It takes no writes: a standby, or set read-only';
      await tx.rows(WRITE);
      return null;
    }, options);
  }

  onModuleDestroy(): void {
    this.close('shutdown', 'The process closes');
  }

  beforeApplicationShutdown(): void {
    this.close('shutdown', 'The process closes');
  }

  private async checkMigrations(): Promise<string | null> {
    const pending = await pendingMigrations(this.db);
    if (pending.length === 0) await this.secrets.open();
    return pending.length === 0 ? null : notMigrated(pending);
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
