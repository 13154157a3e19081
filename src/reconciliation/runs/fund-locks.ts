import { setTimeout } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { connectionOptions } from '../../platform/database/connection-options.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { PoolClient } from '../../platform/database/pool-client.js';

/** Another run of the fund goes on. */
export class FundBusy extends Error {}

/** First key of the advisory lock of a fund's reconciliation ('FLRC'). */
const LOCK_CLASS = 0x464c5243;
/** Milliseconds between two tries. */
const REST_MS = 100;
/** Milliseconds until an answer counts as lost. */
const ANSWER_MS = 5_000;

/**
 * Runs of one fund follow one another. The locks of all runs of this process belong to one connection of its own, which is kept: a killed
 * worker leaves no lock behind, runs that wait take nothing from the pool, and a server that has no connection left to give doesn't hold up
 * who has one.
 */
@Injectable()
export class FundLocks implements OnApplicationShutdown {
  /** Milliseconds that a run waits for another of its fund; then its job is tried again later. Tests make it shorter. */
  waitMs = 120_000;
  private client: Promise<PoolClient> | null = null;
  /** Funds that a run of this process holds or asks for: their lock would be given to a second one as well. */
  private readonly taken = new Set<number>();

  constructor(private readonly config: Config) {}

  /** Opens the connection, while there is one to be had. */
  async open(): Promise<void> {
    await this.connection();
  }

  /** Does the work while no other run of the fund goes on, in any process. Rejects with `FundBusy` when one goes on for long. */
  async hold<T>(fundId: number, work: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.waitMs;
    while (!(await this.take(fundId))) {
      if (performance.now() > until) throw new FundBusy('Another run of the fund goes on');
      await setTimeout(REST_MS);
    }
    try {
      return await work();
    } finally {
      await this.give(fundId);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const client = await this.client?.catch(() => null);
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async take(fundId: number): Promise<boolean> {
    if (this.taken.has(fundId)) return false;
    this.taken.add(fundId);
    let isOurs = false;
    try {
      const client = await this.connection();
      const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS ours', [LOCK_CLASS, fundId]);
      isOurs = rows[0]?.ours === true;
      return isOurs;
    } finally {
      if (!isOurs) this.taken.delete(fundId);
    }
  }

  /** If the connection broke, the lock is gone and two runs may have overlapped: every run tolerates that. */
  private async give(fundId: number): Promise<void> {
    try {
      const client = await this.client;
      await client?.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_CLASS, fundId]);
    } catch {
      // It broke: whoever asks next finds it gone.
    } finally {
      this.taken.delete(fundId);
    }
  }

  /** The connection, or a new one after it was lost. One that is lost forgets itself alone: a later one may hold locks by then. */
  private connection(): Promise<PoolClient> {
    if (this.client === null) {
      const opening: Promise<PoolClient> = this.connect(() => {
        if (this.client === opening) this.client = null;
      });
      this.client = opening;
    }
    return this.client;
  }

  private async connect(lost: () => void): Promise<PoolClient> {
    const client = new PoolClient({
      ...connectionOptions(this.config.databaseUrl),
      application_name: 'fund-ledger-reconciliation',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.once('error', lost);
    client.once('end', lost);
    try {
      await client.connect();
      return client;
    } catch (error) {
      lost();
      throw error;
    }
  }
}

const LOCKED: Statement = {
  name: 'reconciliation.locked-funds',
  text: `
    SELECT objid::integer AS "fundId"
      FROM pg_locks
     WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objsubid = 2 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
};

/** Funds that are being reconciled now, by any process. */
export async function lockedFunds(sql: Sql): Promise<ReadonlySet<number>> {
  return new Set((await sql.rows<{ fundId: number }>(LOCKED)).map((row) => row.fundId));
}
