import type { Problem } from './problem.js';

/** What a use case answers: its value, or the refusal. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** The use case succeeded. */
export function accepted<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** The value that was looked for, or the refusal where there is none. */
export function found<T>(value: T | null | undefined, missing: Problem): Result<T> {
  return value === null || value === undefined ? refused(missing) : accepted(value);
}

/** The use case was refused. */
export function refused(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}
