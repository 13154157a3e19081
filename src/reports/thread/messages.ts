import type { Problem } from '../../kernel/index.js';
import type { AskedReport } from '../read-report.js';

/** What the thread is given when it starts. */
export interface ThreadSettings {
  readonly databaseUrl: string;
  readonly statementTimeoutMs: number;
  readonly poolSize: number;
}

/** A report in its format. */
export interface WantedReport extends AskedReport {
  readonly format: 'json' | 'csv';
}

/** To the thread. `more`: one more chunk is wanted; `stop`: nobody reads it any longer. */
export type Order =
  | { readonly kind: 'open'; readonly id: number; readonly wanted: WantedReport }
  | { readonly kind: 'more' | 'stop'; readonly id: number }
  | { readonly kind: 'close' };

/** From the thread. After `open` one `head` or `refused`, then a `chunk` for each `more`, then `end`; `broken` at any time. */
export type Report =
  | { readonly kind: 'head'; readonly id: number; readonly illustrative: boolean }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: Problem }
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'broken'; readonly id: number; readonly message: string; readonly isAway: boolean };
