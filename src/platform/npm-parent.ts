import { processState } from './process-state.js';

const LOOK_EVERY_MS = 500;
/** npm starts a shell, which starts us. */
const GENERATIONS = 3;

/**
 * Calls back once when the npm that started this process has ended. A shell between the two passes no SIGTERM on, and nobody can pass a
 * SIGKILL on: without this, we would go on unseen. Where npm didn't start us, or the system doesn't tell, nothing happens.
 */
export function onNpmEnd(callBack: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = findNpm(process.ppid);
  if (npm === null) return;
  const timer = setInterval(() => {
    if (isNpm(npm)) return;
    clearInterval(timer);
    callBack();
  }, LOOK_EVERY_MS);
  timer.unref();
}

function findNpm(from: number): number | null {
  let pid = from;
  for (let generation = 0; generation < GENERATIONS; generation++) {
    if (isNpm(pid)) return pid;
    const state = processState(pid);
    if (state === null || state.parent <= 1) return null;
    pid = state.parent;
  }
  return null;
}

function isNpm(pid: number): boolean {
  return processState(pid)?.name.startsWith('npm') === true;
}
