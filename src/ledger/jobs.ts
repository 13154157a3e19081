import type { Job } from '../platform/queue/job.js';
import { FORGET_ANSWERS } from './forget-answers.js';

/** Jobs of this room. */
export const LEDGER_JOBS: readonly Job[] = [FORGET_ANSWERS];
