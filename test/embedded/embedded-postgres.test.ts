import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/platform/embedded/index.js';

const KEEP = 'DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer';
const ROOT = join(import.meta.dirname, '../..');

/** A start in a process of its own, which can be killed. */
const HOLDER = `
import { EmbeddedPostgres } from './src/platform/embedded/index.ts';
const embedded = await EmbeddedPostgres.start(process.argv[1], () => undefined);
process.stdout.write(embedded.urls.databaseMigrationUrl + '\\n');
setInterval(() => undefined, 1000);
`;

describe('The embedded PostgreSQL', () => {
  let home: string;
  const started: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  // One directory for all: each test goes on where the one before stopped, as a user's would.
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'fund-ledger-embedded-'));
    await chmod(home, 0o755);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const embedded of started.splice(0)) await embedded.stop();
  });

  afterAll(async () => {
    await (await EmbeddedPostgres.start(home, () => undefined)).stop();
    await rm(home, { recursive: true, force: true });
  });

  const start = async (): Promise<EmbeddedPostgres> => {
    const embedded = await EmbeddedPostgres.start(home, () => undefined);
    started.push(embedded);
    return embedded;
  };

  it('clears away what a start that was killed in its first second had half made', async () => {
    const half = join(home, 'postgres.new-4194305');
    await mkdir(half);
    await start();
    await expect(stat(half)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('listens on loopback only, keeps its passwords to itself and every answered write', async () => {
    const { urls } = await start();
    const settings = await ask(
      urls.databaseMigrationUrl,
      `SELECT name, setting FROM pg_settings
      WHERE name IN ('listen_addresses', 'fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name`,
    );
    expect(settings.map((row) => `${String(row['name'])}=${String(row['setting'])}`)).toEqual([
      'fsync=on',
      'full_page_writes=on',
      'listen_addresses=127.0.0.1',
      'synchronous_commit=on',
    ]);
    expect((await stat(join(home, 'secrets.json'))).mode & 0o777).toBe(0o600);
    const [owner, runTime] = [new URL(urls.databaseMigrationUrl), new URL(urls.databaseUrl)];
    expect([owner.username, runTime.username]).toEqual(['fund_owner', 'fund_app']);
    expect(owner.password).not.toBe(runTime.password);
    runTime.password = 'a-guess';
    await expect(ask(runTime.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('goes on with the same data after a clean stop', async () => {
    const first = await start();
    await ask(first.urls.databaseMigrationUrl, KEEP);
    await first.stop();
    started.splice(0);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.urls.databaseMigrationUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is adopted when the start that began it was killed, with all that was answered', async () => {
    const holder = await startHolder(home);
    children.push(holder.process);
    await ask(holder.url, KEEP);
    holder.process.kill('SIGKILL');
    const embedded = await start();
    expect(embedded.adopted).toBe(true);
    expect(await ask(embedded.urls.databaseMigrationUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses a second start on a running directory, and the first goes on', async () => {
    const holder = await startHolder(home);
    children.push(holder.process);
    await expect(EmbeddedPostgres.start(home, () => undefined)).rejects.toThrow(/Another start is running on .*DATA_DIR/);
    expect(await ask(holder.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    holder.process.kill('SIGKILL');
    await start();
  });

  it('is started again on the same port when it was killed', async () => {
    const { urls } = await start();
    await ask(urls.databaseMigrationUrl, KEEP);
    process.kill(await postmasterPid(home), 'SIGKILL');
    await expect(eventually(() => ask(urls.databaseMigrationUrl, 'SELECT answer FROM kept'))).resolves.toEqual([{ answer: 42 }]);
  });

  it('starts over a pid file whose number belongs to another program by now', async () => {
    const first = await start();
    await first.stop();
    started.splice(0);
    const pidFile = [process.pid, join(home, 'postgres'), 1, 5432, '', '127.0.0.1', '', 'ready', ''].join('\n');
    await writeFile(join(home, 'postgres', 'postmaster.pid'), pidFile);
    const second = await start();
    expect(await ask(second.urls.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

async function startHolder(home: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ['--import', './test/support/typescript.mjs', '--input-type=module', '-e', HOLDER, home],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('exit', (code) => reject(new Error(`The start ended with ${code ?? 'a signal'}`)));
  });
  return { process: child, url };
}

async function postmasterPid(home: string): Promise<number> {
  return Number((await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}
