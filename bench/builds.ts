import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A built checkout of the product. */
export interface Build {
  readonly name: string;
  readonly directory: string;
  remove(): Promise<void>;
}

/** What lies here, which `npm run bench` has built. */
export function ourBuild(): Build {
  const changes = git('status', '--porcelain') === '' ? '' : ' + changes';
  return { name: `${describe('HEAD')}${changes}`, directory: process.cwd(), remove: () => Promise.resolve() };
}

/** A commit, checked out into a folder of its own and built there. Its packages are ours where the lock file is the same. */
export async function buildCommit(commit: string): Promise<Build> {
  const directory = await mkdtemp(join(tmpdir(), 'fund-ledger-build-'));
  git('worktree', 'add', '--force', '--detach', directory, commit);
  const remove = async (): Promise<void> => {
    git('worktree', 'remove', '--force', directory);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const lock = (folder: string): string => readFileSync(join(folder, 'package-lock.json'), 'utf8');
    const inFolder = { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
    if (lock(directory) === lock('.')) symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
    else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], inFolder);
    execFileSync('npm', ['run', '--silent', 'build'], inFolder);
  } catch (error) {
    await remove();
    throw error;
  }
  return { name: describe(commit), directory, remove };
}

function describe(commit: string): string {
  return git('log', '-1', '--format=%h %s', commit);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
