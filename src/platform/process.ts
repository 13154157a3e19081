import { operatorFault } from './database/operator-fault.js';

/** npm and the terminal both pass a Ctrl-C on: a second signal within so long is the same one. */
const SAME_SIGNAL_MS = 1_500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Stops once, on the first signal. `stop` gets so long; after that, or on another signal, the process ends as it is (what was answered
 * is in the database). The process ends with 0 after a clean stop. Answers how to stop for another reason.
 */
export function stopOnSignal(
  stop: () => Promise<void>,
  timeoutMs: number,
  report: (message: string) => void,
): (reason: string) => void {
  let since: number | null = null;
  const begin = (reason: string) => {
    if (since !== null) {
      if (Date.now() - since < SAME_SIGNAL_MS) return;
      report(`${reason} again: leaving at once`);
      process.exit(130);
    }
    since = Date.now();
    report(`${reason}: stopping`);
    setTimeout(() => {
      report(`Not stopped after ${timeoutMs} ms: leaving`);
      process.exit(1);
    }, timeoutMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        report(`The stop failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`);
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, begin);
  return begin;
}

/** Runs a process's main function; what it throws ends the process with 1, said in words where the operator can do something. */
export function runProcess(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  });
}

/** Errors whose message says it all. */
const PLAIN_ERRORS: readonly string[] = ['ConfigError', 'AlreadyRunningError', 'OperatorError', 'ProblemError'];

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = PLAIN_ERRORS.includes(error.name) ? error : operatorFault(error);
  return known?.message ?? error.stack ?? error.message;
}
