import { Injectable } from '@nestjs/common';
import { businessDateOf } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { Agency } from './agency.entity.js';
import { reachOf } from './reach.js';

/** How long what was read of the agencies is believed: another process's change takes effect within it, one's own at once. */
const BELIEVED_MS = 2_000;

/** Which agencies there are, and whom their officers reach. Every request of an officer asks here, so the answer is kept for a moment. */
@Injectable()
export class Agencies {
  private known: Promise<readonly Agency[]> | null = null;
  private until = 0;

  constructor(private readonly database: Database) {}

  /** The agencies whose lines and awards an officer of this one reaches; none without an agency. */
  async reachOf(code: string | null): Promise<readonly string[]> {
    if (code === null) return [];
    return reachOf(code, await this.all(), businessDateOf(new Date()));
  }

  /** They have changed: what is known is read again. */
  forget(): void {
    this.known = null;
  }

  private all(): Promise<readonly Agency[]> {
    if (this.known !== null && Date.now() < this.until) return this.known;
    const reading = this.database.manager.find(Agency);
    // What could not be read is asked for again.
    reading.catch(() => {
      if (this.known === reading) this.known = null;
    });
    this.known = reading;
    this.until = Date.now() + BELIEVED_MS;
    return reading;
  }
}
