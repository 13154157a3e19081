import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endedOnce } from './interruption.js';

/** A built checkout of the product. */
export interface Build {
  readonly name: string;
  readonly directory: string;
  remove(): Promise<void>;
}

/** The working tree, which `npm run bench` has built. */
export function ourBuild(): Build {
  const changes = git('status', '--porcelain') === '' ? '' : ' + changes';
  return { name: `working tree at ${describe('HEAD')}${changes}`, directory: process.cwd(), remove: () => Promise.resolve() };
}

/** A commit, checked out into a folder of its own and built there. Its packages are ours where the lock file is the same. */
export async function buildCommit(commit: string): Promise<Build> {
  // Named by its hash from here on: what a branch is called may move meanwhile, and a typing error ends here.
  const hash = git('rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`);
  const directory = await mkdtemp(join(tmpdir(), 'fund-ledger-build-'));
  const remove = await endedOnce(async () => {
    if (existsSync(join(directory, '.git'))) git('worktree', 'remove', '--force', directory);
    await rm(directory, { recursive: true, force: true });
  });
  try {
    git('worktree', 'add', '--quiet', '--force', '--detach', directory, hash);
    const lock = (folder: string): string => readFileSync(join(folder, 'package-lock.json'), 'utf8');
    const inFolder = { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
    if (lock(directory) === lock('.')) symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
    else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], inFolder);
    execFileSync('npm', ['run', '--silent', 'build'], inFolder);
  } catch (error) {
    await remove();
    throw error;
  }
  return { name: describe(hash), directory, remove };
}

function describe(commit: string): string {
  return git('log', '-1', '--format=%h %s', commit);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
