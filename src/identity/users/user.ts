import type { Role } from '../../kernel/index.js';
import { withMessage } from '../../platform/http/index.js';

/** What makes a user. */
export interface NewUser {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly agency: string | null;
  /** 工號; null or left out: none. Two accounts with one, or, where either has none, with one name, are one person. */
  readonly staffNo?: string | null | undefined;
  readonly password: string;
}

/** What changes of a user; what is undefined stays. */
export interface UserChange {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly agency?: string | null | undefined;
  readonly staffNo?: string | null | undefined;
  readonly active?: boolean | undefined;
  readonly password?: string | undefined;
}

/** Form of a 工號: up to 50 characters that show, a letter or a digit among them. */
export const STAFF_NO = /^(?=.*[\p{L}\p{N}])[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]{1,50}$/u;
export const IS_A_STAFF_NO = withMessage(
  '須為 1 至 50 個可見字元，至少含一個字母或數字，例如「JM-0132」。',
  'must be 1 to 50 characters that show, a letter or a digit among them, like "JM-0132"',
);

/** Form of a username. */
export const USERNAME = /^[a-z][a-z0-9._-]{0,62}$/;
