/** A job of a room, with what it carries: ids only, never money; plain JSON. */
export interface Job<Data extends object = object> {
  /** Unique within the product. */
  readonly name: string;
  /** Times it is started before it is given up. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled each time, half of it jittered. */
  readonly backoffMs: number;
  /** What it carries; said by the type alone. */
  readonly carries?: Data;
}

/** Finished jobs kept for a look at them; older ones are removed. */
export const KEPT_JOBS = {
  completed: { count: 200, age: 24 * 3600 },
  failed: { count: 1_000, age: 14 * 24 * 3600 },
} as const;
