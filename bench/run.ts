import { parseArgs } from 'node:util';
import { measureAbsolutely } from './absolute.js';
import { measureApprovals } from './approvals.js';
import { compareBuilds } from './compare.js';
import { showFaults } from './faults.js';
import { BATCH } from './figures.js';
import { measureSearch } from './search.js';
import { showStarvation } from './starve.js';
import { InterruptedError, interruptible } from './interruption.js';

const { values } = parseArgs({
  options: {
    /** Awards in the database: of the absolute figures 1,000,000, of a comparison none. */
    awards: { type: 'string' },
    /** Single requests of the absolute figures. */
    requests: { type: 'string', default: '60000' },
    /** A commit: compares this build with it. */
    against: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    /** Shows what many reports and long lists do to everybody else: of this build, and beside it of `against`. */
    starve: { type: 'boolean', default: false },
    /** Measures lists and searches instead, over 1,000,000 awards; on BENCH_ADMIN_URL, a superuser's, or an embedded server. */
    search: { type: 'boolean', default: false },
    /** Measures approvals instead, so many of each figure. */
    approvals: { type: 'string' },
    /** Shows what faults do to this build instead. */
    faults: { type: 'boolean', default: false },
  },
});

/** A whole number from the command line. */
function count(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new Error(`--${name} is a whole number from ${least} on, not ${text}`);
  return Number(text);
}

try {
  const { against } = values;
  const holds = await interruptible(() =>
    values.faults
      ? showFaults(process.cwd())
      : values.approvals !== undefined
        ? measureApprovals({ approvals: count('approvals', values.approvals, 400) })
        : values.search
          ? measureSearch({
              awards: count('awards', values.awards ?? '1000000', BATCH),
              adminUrl: process.env['BENCH_ADMIN_URL'],
            })
          : values.starve
            ? showStarvation(process.cwd(), against)
            : against === undefined
              ? measureAbsolutely({
                  awards: count('awards', values.awards ?? '1000000', 1),
                  requests: count('requests', values.requests, 1),
                })
              : compareBuilds({
                  against,
                  rounds: count('rounds', values.rounds, 1),
                  // Filled by whole batches.
                  awards: Math.floor(count('awards', values.awards ?? '0', 0) / BATCH) * BATCH,
                }),
  );
  if (!holds) process.exitCode = 1;
} catch (error) {
  if (error instanceof InterruptedError) process.exit(130);
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
