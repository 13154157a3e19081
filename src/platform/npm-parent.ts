import { processState } from './process-state.js';

const LOOK_EVERY_MS = 500;
/** npm starts a shell, which may start us or become us. */
const GENERATIONS = 3;
/** The first process: who has lost its parents hangs on it, or on a service manager below it. */
const INIT = 1;

/**
 * Calls back once when the npm that started this process has ended, also when that was before we could look. A shell between the two
 * may not pass signals on, and a SIGKILL can't be passed on: without this, the process would run on after npm's end. Where npm didn't start us, or the
 * system doesn't tell, nothing happens.
 */
export function onNpmEnd(callBack: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = findNpm(process.ppid);
  if (npm === 'unknown') return;
  const timer = setInterval(() => {
    if (npm !== 'ended' && isNpm(npm)) return;
    clearInterval(timer);
    callBack();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The npm above us. `ended`: `npm start` started us, and no npm is left among our ancestors. */
function findNpm(from: number): number | 'ended' | 'unknown' {
  let pid = from;
  for (let generation = 0; generation < GENERATIONS; generation++) {
    if (isNpm(pid)) return pid;
    const parent = processState(pid)?.parent;
    if (parent === undefined) return 'unknown';
    if (parent <= INIT) return isStartOfNpm() ? 'ended' : 'unknown';
    pid = parent;
  }
  return 'unknown';
}

/** Another package manager sets npm's variables too, and what npm started long ago may have handed them down. */
function isStartOfNpm(): boolean {
  return process.env['npm_lifecycle_event'] === 'start' && process.env['npm_config_user_agent']?.startsWith('npm/') === true;
}

function isNpm(pid: number): boolean {
  return processState(pid)?.name.startsWith('npm') === true;
}
