import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/index.js';
import { Agencies } from '../../parties/index.js';
import { Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/database.js';
import type { Authenticator } from '../../platform/http/index.js';
import type { User } from '../users/user.entity.js';
import { endSession, findSession, openSession } from './session-record.js';

/**
 * How long a session that was found alive is believed without asking again. So a sign-out, a deactivation or a change of role takes
 * effect at once in the process that did it, and within this time in every other.
 */
const BELIEVED_MS = 2_000;
/** Sessions remembered at most: some 300 bytes each. */
const REMEMBERED_LIMIT = 20_000;
const TOKEN_BYTES = 32;
const NOBODY: readonly string[] = [];

/** Whom an agency reaches may change while the session is believed. */
type SignedIn = Omit<Actor, 'reaches'>;

interface Remembered {
  readonly actor: SignedIn;
  readonly until: number;
}

/** Sessions: opaque random tokens of which only the SHA-256 is stored. Every request asks here, so the answer is kept for a moment. */
@Injectable()
export class Sessions implements Authenticator {
  private readonly remembered = new Map<string, Remembered>();
  private readonly asked = new Map<string, Promise<SignedIn | null>>();
  /** Raised by every sign-out and change of a user, so that an answer asked for before it is not remembered after it. */
  private generation = 0;

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly agencies: Agencies,
  ) {}

  /** Opens a session of a user that is still as it was read; the token is told this once. null: the user has changed meanwhile. */
  async open(
    user: Pick<User, 'id' | 'username' | 'version'>,
    addressHash: string,
  ): Promise<{ readonly token: string; readonly expiresAt: Date } | null> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const { sessionTtlHours: ttlHours, sessionLimit: limit } = this.config;
    const opened = await openSession(this.database, { tokenHash: tokenHash(token), user, addressHash, ttlHours, limit });
    if (opened === null) return null;
    for (const ended of opened.ended) this.forget(ended);
    return { token, expiresAt: opened.expiresAt };
  }

  async authenticate(token: string): Promise<Actor | null> {
    const actor = await this.signedIn(tokenHash(token));
    if (actor === null) return null;
    return { ...actor, reaches: actor.agency === null ? NOBODY : await this.agencies.reachOf(actor.agency) };
  }

  private async signedIn(key: string): Promise<SignedIn | null> {
    const known = this.remembered.get(key);
    if (known !== undefined && known.until > Date.now()) return known.actor;
    // Requests that come together ask once.
    let answer = this.asked.get(key);
    if (answer === undefined) {
      answer = this.ask(key).finally(() => this.asked.delete(key));
      this.asked.set(key, answer);
    }
    return answer;
  }

  /** Ends the session of the token, which is this user's. */
  async end(token: string, by: Actor): Promise<void> {
    const key = tokenHash(token);
    await endSession(this.database, key, by);
    this.forget(key);
  }

  private forget(key: string): void {
    this.generation++;
    this.remembered.delete(key);
    this.asked.delete(key);
  }

  /** Nothing that is remembered of the user's sessions is believed any longer. */
  forgetUser(userId: string): void {
    this.generation++;
    this.asked.clear();
    for (const [key, { actor }] of this.remembered) if (actor.id === userId) this.remembered.delete(key);
  }

  private async ask(key: string): Promise<SignedIn | null> {
    const { generation } = this;
    const session = await findSession(this.database, key);
    if (session === null || (session.user.demonstration && this.config.production)) {
      this.remembered.delete(key);
      return null;
    }
    const { id, username, role, agency } = session.user;
    const actor: SignedIn = { id, username, role, agency };
    if (generation === this.generation) {
      // An active user's next request reads the session again.
      if (this.remembered.size >= REMEMBERED_LIMIT) this.remembered.clear();
      this.remembered.set(key, { actor, until: Math.min(Date.now() + BELIEVED_MS, session.expiresAt.getTime()) });
    }
    return actor;
  }
}

function tokenHash(token: string): string {
  return hash('sha256', token, 'hex');
}
