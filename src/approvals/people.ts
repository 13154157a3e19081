import type { Actor } from '../kernel/index.js';

/** Users as approvals need them: who they are now, and what they are called. */
export interface People {
  /** Who it is now: role, agency and what that reaches. null: nobody, or not let in any more. */
  actorOf(userId: string): Promise<Actor | null>;
  /** Usernames by id; an id without a user stays what it is. */
  usernamesOf(ids: readonly string[]): Promise<(id: string) => string>;
}

/** Whoever knows the users (identity) answers under this. */
export const PEOPLE = Symbol('PEOPLE');
