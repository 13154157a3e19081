import type { Role } from '../../kernel/index.js';

/** Somebody who can sign in. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  /** 主管部門, with 市; officers only. */
  readonly agency: string | null;
  readonly active: boolean;
  /** Made by the demonstration start, with a password that everybody knows: refused in production. */
  readonly demonstration: boolean;
  readonly createdAt: Date;
  readonly version: number;
}

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
