import type { Role } from '../../kernel/index.js';

/** What makes a user. */
export interface NewUser {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly agency: string | null;
  readonly password: string;
}

/** What changes of a user; what is undefined stays. */
export interface UserChange {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly agency?: string | null | undefined;
  readonly active?: boolean | undefined;
  readonly password?: string | undefined;
}

/** Form of a username. */
export const USERNAME = /^[a-z][a-z0-9._-]{0,62}$/;
