import type { Problem } from '../../../kernel/index.js';

/** What a handler answers beside its body: whether it is the first answer again, the version that becomes the ETag, another status than the route's. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly about: { readonly replayed?: boolean; readonly version?: number; readonly status?: 202 } = {},
  ) {}
}

/** A body that is JSON text already, and is sent to the byte as it is. `T`: what it says. */
export class JsonText<T> {
  declare readonly says: T;

  constructor(readonly text: string) {}
}

/** A refused `Result`, whatever its value would have been. */
export interface Refused {
  readonly ok: false;
  readonly problem: Problem;
}

/** What a handler returns: its body alone, its body and what is to be said of it, or a refusal. */
export type Answered<T> = T | Answer<T | JsonText<T>> | Refused;

/** Whether a handler's value is a refusal: no body of the contract has a member `ok`. */
export function isRefused(value: unknown): value is Refused {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false && 'problem' in value;
}
