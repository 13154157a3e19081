/**
 * All gates of `npm run check`, two at a time: every gate runs whatever the others say, so that one run names every fault.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const folders = ['src', 'migrations', 'seeds', 'test', 'bench'].filter((folder) => existsSync(folder));

/** The slowest first. */
const GATES = [
  { name: 'eslint', command: ['eslint', '--max-warnings=0', '.'] },
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'arrows', command: ['depcruise', '--config', '.dependency-cruiser.mjs', ...folders] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'lock file', command: ['node', '.ci/check-lock.mjs'] },
];
const AT_ONCE = 2;

/** Runs one gate and answers whether it passed; what it says is printed in one piece. */
function run({ name, command: [program, ...args] }) {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    child.on('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const passed = code === 0;
      console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
      if (!passed) console.log(Buffer.concat(said).toString());
      resolve(passed);
    });
  });
}

const waiting = [...GATES];
const failed = [];
async function lane() {
  for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
    if (!(await run(gate))) failed.push(gate.name);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, lane));
if (failed.length > 0) {
  console.log(`check: failed: ${failed.join(', ')}`);
  process.exitCode = 1;
} else {
  console.log(`check: all ${GATES.length} gates passed`);
}
