import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/platform/config/index.js';

/** The next process of the run is read faster. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'fund-ledger-compile-cache');
const ROOT = join(import.meta.dirname, '../..');

/** A process of the product, run from its sources. */
export interface SourceProcess {
  readonly child: ChildProcess;
  /** Resolves when its output so far matches; rejects when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Everything that it wrote to either output so far. */
  output(): string;
  /** Exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Starts `src/<file>` as a process of its own, which a test can kill. Only what is given stands in its environment; `input` is its standard input. */
export function spawnSource(file: string, args: readonly string[], environment: Environment, input = ''): SourceProcess {
  const child = spawn(process.execPath, ['--import', './test/support/typescript.mjs', `src/${file}`, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_COMPILE_CACHE, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  let text = '';
  const waiting = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    ended,
    output: () => text,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match === null) return;
          waiting.delete(look);
          resolve(match);
        };
        waiting.add(look);
        look();
        void ended.then((code) =>
          reject(new Error(`${file} ended with ${code ?? 'a signal'} before ${String(pattern)}:\n${text}`)),
        );
      }),
  };
}
