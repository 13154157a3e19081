import { COMMAND_POOL_SIZE } from '../../src/cli/environment.js';
import { connectionsOf } from '../../src/connections.js';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig, type Config } from '../../src/platform/config/index.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const DEFAULTS: Config = loadConfig({ DATABASE_URL: 'postgresql://127.0.0.1/x', SECRET_KEY: 'x'.repeat(32) });

describe.each([
  ['fund-ledger-api.service', 'dist/src/main.js'],
  ['fund-ledger-worker.service', 'dist/src/worker.js'],
])('The unit %s', (file, program) => {
  const unit = readFileSync(join(ROOT, 'deploy/systemd', file), 'utf8');
  const settings = Object.fromEntries([...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

  it('starts the program again whenever it ends, and gives it time to end in good order', () => {
    expect(settings).toMatchObject({
      ExecStart: `/usr/bin/node ${program}`,
      Environment: 'NODE_ENV=production',
      EnvironmentFile: '/etc/fund-ledger/environment',
      Restart: 'always',
      RestartSec: '2',
      StartLimitIntervalSec: '0',
      WantedBy: 'multi-user.target',
    });
    expect(Number(settings['TimeoutStopSec']) * 1000).toBeGreaterThan(DEFAULTS.shutdownTimeoutMs);
  });

  it('lets it write nothing of the system and gain no rights', () => {
    expect(settings).toMatchObject({
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      ProtectHome: 'yes',
      PrivateTmp: 'yes',
      PrivateDevices: 'yes',
      CapabilityBoundingSet: '',
      SystemCallFilter: '@system-service',
    });
  });
});

describe('archive-wal.sh', () => {
  let directory: string;
  const archive = () =>
    run('sh', [join(ROOT, 'deploy/postgresql/archive-wal.sh'), join(directory, 'log'), join(directory, 'kept')]);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fund-ledger-archive-'));
    await writeFile(join(directory, 'log'), 'one');
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('keeps a file whole, for its owner alone, and the same once more', async () => {
    await archive();
    await archive();
    expect(await readFile(join(directory, 'kept'), 'utf8')).toBe('one');
    expect((await stat(join(directory, 'kept'))).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).sort()).toEqual(['kept', 'log']);
  });

  it('begins anew where a copy was broken off', async () => {
    await writeFile(join(directory, 'kept.part'), 'on');
    await archive();
    expect(await readFile(join(directory, 'kept'), 'utf8')).toBe('one');
  });

  it('refuses to put another file in the place of one that is kept', async () => {
    await archive();
    await writeFile(join(directory, 'log'), 'two');
    await expect(archive()).rejects.toMatchObject({ code: 1 });
    expect(await readFile(join(directory, 'kept'), 'utf8')).toBe('one');
  });
});

describe('The table of connections in docs/operations.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const rows = Object.fromEntries(
    [...page.matchAll(/^\| (API|worker|`migrate`|`reconcile`|other commands) \| (\d+) \| (\d+) \|$/gm)].map(
      ([, name = '', postgres, redis]) => [name, [Number(postgres), Number(redis)]],
    ),
  );
  it('says what the settings and the code add up to', () => {
    const redis = { ...DEFAULTS, redisUrl: 'redis://127.0.0.1' };
    const lock = 1;
    const [api, worker, reconcile] = [
      { jobs: false, reports: true },
      { jobs: true, reports: false },
      { jobs: false, reports: false },
    ] as const;
    expect(rows).toEqual({
      API: [connectionsOf(DEFAULTS, api), connectionsOf(redis, api)],
      worker: [connectionsOf(DEFAULTS, worker), connectionsOf(redis, worker)],
      '`migrate`': [2, 2],
      '`reconcile`': [connectionsOf(DEFAULTS, reconcile) + lock, connectionsOf(redis, reconcile) + lock],
      'other commands': [COMMAND_POOL_SIZE, COMMAND_POOL_SIZE],
    });
  });

  it('knows every place that opens a connection', async () => {
    const { stdout } = await run(
      'grep',
      ['-rlE', 'new (pg\\.)?(Pool)?(Client|Pool)\\(|openDataSource\\(|dataSourceOptions\\(|open(Queue|Worker)\\(', 'src'],
      {
        cwd: ROOT,
      },
    );
    expect(stdout.trim().split('\n').sort()).toEqual([
      'src/cli/environment.ts',
      // For a moment, while it works.
      'src/cli/rotate-key.command.ts',
      // For a moment, to look for the primary.
      'src/platform/database/connection-options.ts',
      'src/platform/database/data-source.ts',
      'src/platform/database/database.module.ts',
      'src/platform/database/migrate.ts',
      // For a moment, at start.
      'src/platform/database/start-checks.ts',
      // Only of `npm start`.
      'src/platform/embedded/cluster.ts',
      'src/platform/embedded/embedded-postgres.ts',
      'src/platform/outbox/outbox-listener.ts',
      'src/platform/queue/job-queue.ts',
      'src/platform/queue/job-worker.ts',
      'src/platform/queue/queue-connection.ts',
      'src/reconciliation/runs/fund-locks.ts',
      'src/reports/thread/program.ts',
      // For a moment, behind the migrations, whose connections are closed by then.
      'src/upgrade.ts',
    ]);
  });
});
