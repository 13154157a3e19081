import type { Job } from '../platform/queue/job.js';

/** What a reconciliation is of. `fiscalYear` null: all years. `runId`: the run that it works on; null: one that a write asked for. */
export interface ReconcileJob {
  readonly fundId: number;
  readonly fiscalYear: number | null;
  readonly runId: string | null;
}

/** A reconciliation that fails met a lost connection or a long lock: seven attempts cover about two minutes. */
const LIMITS = { attempts: 7, backoffMs: 1_000 };

/** Reconciles a fund and year. */
export const RECONCILE: Job<ReconcileJob> = { name: 'reconcile', ...LIMITS };

/** Asks for the nightly run of every fund. */
export const RECONCILE_NIGHTLY: Job<Readonly<Record<string, never>>> = { name: 'reconcile-nightly', ...LIMITS };

/** Jobs of this room. */
export const RECONCILIATION_JOBS: readonly Job[] = [RECONCILE, RECONCILE_NIGHTLY];
