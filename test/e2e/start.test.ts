import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signIn, testEnvironment } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { asOwner, testDatabase } from '../support/database.js';
import { spawnSource, type SourceProcess } from '../support/spawn-source.js';
import { until } from '../support/until.js';

const ROOT = join(import.meta.dirname, '../..');
const LISTENS = /listens on (http:\/\/127\.0\.0\.1:\d+)/;
/** A whole start takes 5 s on an idle machine; disks that others write to make it many times as long. */
const START_MS = 240_000;

describe('npm start', () => {
  let home: string;
  const running: SourceProcess[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'fund-ledger-start-'));
    await chmod(home, 0o755);
  });

  afterAll(async () => {
    for (const process of running) process.child.kill('SIGINT');
    await Promise.all(running.map((process) => process.ended));
    await rm(home, { recursive: true, force: true });
  }, START_MS);

  const start = (environment: Record<string, string> = {}): SourceProcess => {
    const process = spawnSource('start.ts', [], { DATA_DIR: home, PORT: '0', ...environment });
    running.push(process);
    return process;
  };

  it(
    'fills an empty directory, survives kill -9 with all that was answered, and stops cleanly',
    async () => {
      const first = start();
      const [, url = ''] = await first.until(LISTENS);
      await first.until(/Ctrl-C stops it/);
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      for (const expected of ['500,000,000.00', 'one-subsidy', 'over-commitment', 'officer2  officer of 市金融辦']) {
        expect(first.output()).toContain(expected);
      }

      const second = start();
      expect(await second.ended).toBe(1);
      expect(second.output()).toMatch(/Another start is running on/);

      const finance = await signIn(url, 'finance');
      // A reservation: the fund asks nobody else for it.
      const written = await finance.post<{ id: string }>('/awards', awardRequest({ amount: '1.00' }));
      expect(written.status).toBe(201);
      const before = await finance.get<object>('/funds/gz-ecommerce/years/2016');
      first.child.kill('SIGKILL');
      await first.ended;

      const third = start();
      const [, urlAgain = ''] = await third.until(LISTENS);
      await third.until(/Ctrl-C stops it/);
      expect(third.output()).toContain('was left running and goes on');
      const after = await (await signIn(urlAgain, 'finance')).get<object>('/funds/gz-ecommerce/years/2016');
      expect(after.body).toEqual(before.body);

      third.child.kill('SIGINT');
      expect(await third.ended).toBe(0);
      expect(third.output()).toContain('Stopped.');
    },
    START_MS,
  );

  it(
    'leaves nothing running when its port is taken, and says what to do',
    async () => {
      const squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
      const { port } = squatter.address() as AddressInfo;
      const blocked = start({ PORT: String(port) });
      expect(await blocked.ended).toBe(1);
      expect(blocked.output()).toContain(`Port ${port} of 127.0.0.1 is in use`);
      squatter.close();
      const next = start();
      await next.until(LISTENS);
      expect(next.output()).not.toContain('was left running');
    },
    START_MS,
  );

  it(
    'leaves nothing running when it is stopped while PostgreSQL is being made',
    async () => {
      const fresh = join(home, 'fresh');
      const stopped = start({ DATA_DIR: fresh });
      await until('initdb works', () => existsSync(fresh) && readdirSync(fresh).some((name) => name.startsWith('postgres.new-')));
      stopped.child.kill('SIGTERM');
      expect(await stopped.ended).toBe(0);
      expect(stopped.output()).toContain('Stopped.');
      expect(readdirSync(fresh)).not.toContain('postgres');
    },
    START_MS,
  );

  if (process.platform === 'linux') {
    it(
      'stops when npm was killed before it could look for it',
      async () => {
        const orphaned = join(home, 'orphaned');
        const script = `echo begun; sleep 1; cd '${ROOT}' && '${process.execPath}' --import ./test/support/typescript.mjs src/start.ts`;
        await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'orphan', scripts: { start: script } }));
        const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: orphaned, PORT: '0' };
        const npm = spawn('npm', ['start'], { cwd: home, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
        const seen = { output: '', closed: false };
        npm.stdout.on('data', (chunk: Buffer) => (seen.output += chunk.toString()));
        npm.once('close', () => (seen.closed = true));
        try {
          // npm shows the script before it starts it.
          await until('the script has begun', () => /^begun$/m.test(seen.output));
          npm.kill('SIGKILL');
          // The output is closed when everybody has ended who inherited it.
          await until('the start has ended', () => seen.closed, START_MS / 2);
          expect(seen.output).toMatch(/npm has ended: stopping[^]*Stopped\./);
          expect(existsSync(join(orphaned, 'postgres/postmaster.pid'))).toBe(false);
        } finally {
          if (!seen.closed && npm.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
        }
      },
      START_MS,
    );
  }

  it('names every fault of its settings before it starts anything', async () => {
    const faulty = start({ PORT: 'http', LOG_LEVEL: 'loud' });
    expect(await faulty.ended).toBe(1);
    expect(faulty.output()).toMatch(/2 faults:\n {2}- PORT .*\n {2}- LOG_LEVEL /);
  });

  it('refuses to make demonstration users in production', async () => {
    const production = start({ NODE_ENV: 'production' });
    expect(await production.ended).toBe(1);
    expect(production.output()).toContain('DEMONSTRATION is refused in production');
  });
});

describe('A production start', () => {
  it('never migrates: it is live, and not ready until somebody has', async () => {
    const database = await testDatabase();
    try {
      await asOwner(database, (owner) => owner.query(`DELETE FROM typeorm_migrations WHERE name LIKE 'Identity%'`));
      const api = spawnSource('main.ts', [], { ...testEnvironment(database.url), NODE_ENV: 'production', LOG_LEVEL: 'info' });
      const [, url = ''] = await api.until(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/);
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      const ready = await fetch(`${url}/health/ready`);
      expect([ready.status, await ready.json()]).toMatchObject([
        503,
        {
          checks: { migrations: expect.stringMatching(/^The database is not migrated \(Identity1700000000002\): run/) as string },
        },
      ]);
      api.child.kill('SIGTERM');
      expect(await api.ended).toBe(0);
    } finally {
      await database.close();
    }
  });

  it('answers what is under way when it is told to stop', async () => {
    const database = await testDatabase();
    try {
      const api = spawnSource('main.ts', [], { ...testEnvironment(database.url), LOG_LEVEL: 'info' });
      const [, url = ''] = await api.until(/"url":"(http:\/\/127\.0\.0\.1:\d+)"/);
      const finance = await signIn(url, 'finance');
      const answer = await asOwner(database, async (owner) => {
        await owner.query('BEGIN');
        await owner.query('SELECT FROM account FOR UPDATE');
        const entry = {
          kind: 'appropriation',
          amount: '100.00',
          reason: 'Under way',
          documentNo: 'T-2',
          effectiveOn: '2016-12-31',
        };
        const underWay = finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry);
        await sleep(300);
        api.child.kill('SIGTERM');
        await api.until(/SIGTERM: stopping/);
        await sleep(300);
        await owner.query('COMMIT');
        return underWay;
      });
      expect(answer.status).toBe(201);
      expect(await api.ended).toBe(0);
      const [entries] = await database.db.rows('SELECT count(*) FROM journal_entry');
      expect(entries).toEqual({ count: 1n });
    } finally {
      await database.close();
    }
  });

  it('works jobs in a process of their own, and ends in good order', async () => {
    const database = await testDatabase();
    try {
      const worker = spawnSource('worker.ts', [], { ...testEnvironment(database.url), LOG_LEVEL: 'info' });
      await worker.until(/"msg":"working"/);
      worker.child.kill('SIGTERM');
      expect(await worker.ended).toBe(0);
    } finally {
      await database.close();
    }
  });
});
