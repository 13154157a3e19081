import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OsUser } from '../../src/platform/embedded/binaries.js';

const BLOCK_MS = 180_000;

/** Variables of a shell. */
export type Exported = Record<string, string>;

/** A program that runs until it is stopped. */
export interface KeptRunning {
  readonly text: string;
  output(): string;
  /** SIGTERM, as a service manager does; resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Somebody who pastes blocks into one shell after the other: what a block exports, the next ones know. */
export class Operator {
  private readonly running: KeptRunning[] = [];

  /** `checkout` is where the shells stand; `state` a directory of ours. */
  constructor(
    private readonly checkout: string,
    private readonly state: string,
    public exported: Exported,
  ) {}

  /** Pastes a block; rejects, with what it said, when one of its commands fails or a variable was never exported. */
  async paste(text: string): Promise<string> {
    const file = join(this.state, 'exported');
    const said = await this.shell(`${text}\nenv -0 > '${file}'`, { env: this.exported });
    const pairs = (await readFile(file, 'utf8')).split('\0').filter((pair) => pair.includes('='));
    await rm(file);
    this.exported = Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    return said;
  }

  /** The same on the database's host, as the user of PostgreSQL. */
  async pasteAs(user: OsUser | null, text: string, more: Exported = {}): Promise<string> {
    const ids = user === null ? {} : { uid: user.uid, gid: user.gid };
    return this.shell(text, { env: { ...this.exported, ...more, HOME: '/' }, ...ids });
  }

  /** Pastes a block that goes on until it is stopped. */
  keep(text: string): KeptRunning {
    const child = spawn('sh', ['-euc', text], {
      cwd: this.checkout,
      env: this.exported,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = listen(child);
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const kept: KeptRunning = {
      text,
      output,
      stop: async () => {
        this.running.splice(this.running.indexOf(kept), 1);
        killGroup(child, 'SIGTERM');
        await closed;
      },
    };
    this.running.push(kept);
    return kept;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running].map((kept) => kept.stop()));
  }

  private async shell(script: string, options: { env: Exported; uid?: number; gid?: number }): Promise<string> {
    // Not `exec`: what `pg_ctl` starts would be waited for where it inherits an output.
    const child = spawn('sh', ['-euc', script], { cwd: this.checkout, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = listen(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), BLOCK_MS);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    clearTimeout(timer);
    if (code !== 0) throw new Error(`Ended with ${code ?? 'a signal'}:\n${script}\n--- said:\n${output()}`);
    return output();
  }
}

function listen(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, signal);
}
