import type { Actor } from '../kernel/index.js';

/** Users as approvals need them; the room of users provides it. */
export interface People {
  /** Who the user is now, with what its agency reaches; null: there is no such user, or it may not sign in. */
  actorOf(userId: string): Promise<Actor | null>;
  /** Usernames of these ids. */
  usernamesOf(ids: readonly string[]): Promise<(id: string) => string>;
}

/** Injection token of People. */
export const PEOPLE = Symbol('PEOPLE');
