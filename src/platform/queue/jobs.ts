/** What each job of the product carries: ids only, never money. Plain JSON. */
export interface JobData {
  /** Reconciles a fund and year (null: all its years). `runId`: the run it works on; null: a run that a write asked for. */
  reconcile: { readonly fundId: number; readonly fiscalYear: number | null; readonly runId: string | null };
  /** Asks for the nightly run of every fund. */
  'reconcile-nightly': Readonly<Record<string, never>>;
}

/** Name of a job. */
export type JobName = keyof JobData;

/** How a job is tried. */
export interface JobLimits {
  /** Times it is started before it is given up. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled each time, half of it jittered. */
  readonly backoffMs: number;
}

/** Every job that there is, with its limits. The worker proves at start that each has exactly one handler. */
export const JOBS: Readonly<Record<JobName, JobLimits>> = {
  // A reconciliation that fails met a lost connection or a long lock: seven attempts cover about two minutes.
  reconcile: { attempts: 7, backoffMs: 1_000 },
  'reconcile-nightly': { attempts: 7, backoffMs: 1_000 },
};

/** The names, in order. */
export const JOB_NAMES: readonly JobName[] = ['reconcile', 'reconcile-nightly'];

/** Finished jobs kept for a look at them; older ones are removed. */
export const KEPT_JOBS = {
  completed: { count: 200, age: 24 * 3600 },
  failed: { count: 1_000, age: 14 * 24 * 3600 },
} as const;
