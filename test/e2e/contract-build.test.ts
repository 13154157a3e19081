import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../support/until.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const BUILD_MS = 120_000;

let copy: string;

/** The image's build: what the Dockerfile copies, and what it runs. */
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'fund-ledger-build-'));
  await chmod(copy, 0o755);
  const steps = await buildSteps();
  for (const [source, target] of steps.copies) await copyAsDocker(source, join(copy, target));
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const command of steps.commands) await run('/bin/sh', ['-c', command], { cwd: copy, timeout: BUILD_MS });
}, BUILD_MS);

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('The build of what the Dockerfile copies', () => {
  it.each(['main', 'worker', 'cli'])('makes the program %s', (program) => {
    expect(existsSync(join(copy, `dist/src/${program}.js`))).toBe(true);
  });

  it('finds all its imports', async () => {
    const imports =
      "await import('./dist/src/application.js'); await import('./dist/src/platform/http/index.js'); console.log('found')";
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', imports], { cwd: copy });
    expect(stdout).toContain('found');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is stopped in good order by a %s that npm start alone gets',
    async (signal) => {
      const home = join(copy, signal);
      const { PATH, HOME } = process.env;
      const options = { cwd: copy, env: { PATH, HOME, DATA_DIR: home, PORT: '0' }, detached: true } as const;
      const npm = spawn('npm', ['start'], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
      const seen = { output: '', closed: false };
      npm.stdout.on('data', (chunk: Buffer) => (seen.output += chunk.toString()));
      npm.once('close', () => (seen.closed = true));
      try {
        const isBeingMade = () => existsSync(home) && readdirSync(home).some((name) => name.startsWith('postgres.new-'));
        await until('PostgreSQL is being made', isBeingMade, BUILD_MS);
        npm.kill(signal);
        await until('the start has ended', () => seen.closed, BUILD_MS);
        expect(seen.output).toMatch(new RegExp(`${signal}: stopping[^]*Stopped`));
      } finally {
        if (!seen.closed && npm.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
      }
    },
    2 * BUILD_MS,
  );

  it.each(['start:prod', 'worker'])('is started as production by npm run %s', async (script) => {
    const { PATH } = process.env;
    const env = { PATH, DATABASE_URL: 'postgresql://127.0.0.1/x', SECRET_KEY: 'x'.repeat(32), DEMONSTRATION: 'true' };
    await expect(run('npm', ['run', script], { cwd: copy, env })).rejects.toMatchObject({
      stderr: expect.stringContaining('DEMONSTRATION is refused in production'),
    });
  });
});

/** The Dockerfile's first stage: what it copies (source and target), and what it runs once the packages are there. */
async function buildSteps(): Promise<{ copies: (readonly [string, string])[]; commands: string[] }> {
  const allowed = await allowedSources();
  const copies: (readonly [string, string])[] = [];
  const commands: string[] = [];
  const stage = (await readFile(join(ROOT, 'Dockerfile'), 'utf8')).split(/^FROM .*$/m)[1] ?? '';
  for (const [, instruction, text = ''] of stage.matchAll(/^(COPY|RUN) (.*)$/gm)) {
    if (instruction === 'RUN' && !text.startsWith('npm ci ')) commands.push(text);
    if (instruction !== 'COPY') continue;
    const sources = text.split(' ');
    const target = sources.pop() ?? '';
    for (const source of sources) {
      if (!allowed.has(source)) throw new Error(`COPY ${source}: .dockerignore keeps it from Docker`);
      copies.push([source, target]);
    }
  }
  return { copies, commands };
}

/** What .dockerignore lets through: it ignores everything, then names the exceptions. */
async function allowedSources(): Promise<Set<string>> {
  const [everything, ...exceptions] = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).trim().split('\n');
  if (everything !== '**' || !exceptions.every((line) => line.startsWith('!'))) throw new Error('.dockerignore is no allow-list');
  return new Set(exceptions.map((line) => line.slice(1)));
}

/** A folder's content goes into the target, a file under its own name. */
async function copyAsDocker(source: string, target: string): Promise<void> {
  const from = join(ROOT, source);
  const isFolder = (await stat(from)).isDirectory();
  await cp(from, isFolder ? target : join(target, basename(source)), { recursive: true });
}
