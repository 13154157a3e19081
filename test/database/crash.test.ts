import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { seedPolicy } from '../../src/budget/index.js';
import { CommitLost } from '../../src/platform/database/away.js';
import { Database, type ConnectionOptions, type Tx } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { DECLARED, ENTITIES } from '../../src/declared.js';
import { locateBinaries, postgresUser } from '../../src/platform/embedded/binaries.js';
import {
  initialise,
  startPostmaster,
  stopPostmaster,
  SUPERUSER,
  urlOf,
  type Cluster,
  type RunningPostmaster,
} from '../../src/platform/embedded/cluster.js';
import { ensureDatabase, ensureRoles, OWNER_ROLE, RUN_TIME_ROLE } from '../../src/platform/embedded/roles.js';
import type { Actor } from '../../src/kernel/index.js';
import { addPerson } from '../support/approval-desk.js';
import { askSecondPerson } from '../support/approvals.js';
import {
  APPROVAL,
  BATCH,
  endOf,
  isApproval,
  isBatch,
  load,
  LOAD_FEN,
  openOffice,
  RETURNED_FEN,
  scenario,
  TWO_STEPS_FEN,
} from '../support/crash-load.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, yuan } from '../support/ledger.js';
import { SECRET_KEY } from '../support/app.js';

/*
 * Invariants 8 and 9 under the worst: whoever is killed, and whenever. After each round every success that was told is in the journal,
 * all invariants hold, and once every request has been sent again with its key, each has had exactly one effect.
 */

const ROOT = join(import.meta.dirname, '../..');
/** Twenty rounds of SIGKILL, and some that only break connections. */
const ROUNDS = { process: 10, server: 10, connections: 6 };
const SCENARIOS = 36;
const AT_ONCE = 18;
/** Rounds that the people of a database are through with. */
const rounds = new Map<People, number>();

const random = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from));

/** What the load's allotments are made of. */
const SPARE = {
  kind: 'appropriation',
  fiscalYear: 2016,
  amountFen: 100_000_000n,
  ceilingDocumentNo: null,
  effectiveOn: '2016-01-05',
} as const;

type People = readonly [Actor, Actor, Actor];

/** The users of the load, and its policy: an allotment needs one person, from TWO_STEPS_FEN two. */
async function peopleOn(db: Database, ownerUrl: string): Promise<People> {
  await askSecondPerson({ ownerUrl }, [{ kind: 'allotment' }, { kind: 'allotment', fromFen: TWO_STEPS_FEN, steps: 2 }]);
  return [await addPerson(db), await addPerson(db), await addPerson(db)];
}

/** What is told of approvals: each is there, and stands no less decided than it was told. */
async function toldApprovals(db: Database, told: ReadonlyMap<string, string>): Promise<void> {
  const approvals = [...told.values()].filter((what) => what.startsWith(APPROVAL)).map((what) => what.split('/'));
  const rows = await db.rows<{ id: string; status: string }>('SELECT id, status FROM approval WHERE id = ANY ($1::uuid[])', [
    approvals.map(([, id]) => id),
  ]);
  const standing = new Map(rows.map(({ id, status }) => [id, status]));
  for (const [, id = '', status = ''] of approvals) {
    if (status !== 'pending') expect({ id, status: standing.get(id) }).toEqual({ id, status });
    else expect(standing.has(id)).toBe(true);
  }
}

/** How each of the load's requests ended, counted, and what was allotted by them. */
async function decidedApprovals(db: Database, maker: Actor, names: number): Promise<void> {
  const ends = Array.from({ length: SCENARIOS }, (_, index) => index)
    .filter(isApproval)
    .map(endOf);
  const count = (...wanted: string[]): bigint => BigInt(ends.filter((end) => wanted.includes(end)).length * names);
  const rows = await db.rows<{ status: string; count: bigint; fen: bigint }>(
    `SELECT a.status, count(*), coalesce(sum(e.amount_fen), 0)::bigint AS fen FROM approval a
       LEFT JOIN journal_entry e ON e.fund_id = a.fund_id AND e.approval_id = a.id WHERE a.requested_by = $1 GROUP BY 1 ORDER BY 1`,
    [maker.id],
  );
  expect(rows).toEqual([
    {
      status: 'approved',
      count: count('approved', 'approved by two'),
      fen: count('approved') + count('approved by two') * TWO_STEPS_FEN,
    },
    { status: 'rejected', count: count('rejected'), fen: 0n },
    { status: 'withdrawn', count: count('withdrawn'), fen: 0n },
  ]);
}

/** What was told, checked against the journal; every request sent again; and everything counted to the fen. */
async function converges(db: Database, people: People, name: string, told: ReadonlyMap<string, string>): Promise<void> {
  rounds.set(people, (rounds.get(people) ?? 0) + 1);
  expect(await brokenInvariants(db)).toEqual({});
  const entries = [...told.values()].filter((what) => !what.startsWith(APPROVAL));
  const present = await db.rows<{ id: string }>('SELECT id FROM journal_entry WHERE id = ANY ($1::uuid[])', [entries]);
  expect(present).toHaveLength(entries.length);
  await toldApprovals(db, told);

  const again = new Map<string, string>();
  await load(openOffice(db, people), name, SCENARIOS, AT_ONCE, (key, what) => again.set(key, what));
  for (const [key, what] of told) expect({ key, what: again.get(key) }).toEqual({ key, what });
  await decidedApprovals(db, people[0], rounds.get(people) ?? 0);

  const batches = Array.from({ length: SCENARIOS }, (_, index) => isBatch(index)).filter((mode) => mode !== null).length;
  const singles = SCENARIOS - batches - Array.from({ length: SCENARIOS }, (_, index) => index).filter(isApproval).length;
  const [sums] = await db.rows(
    `SELECT count(*) AS awards, sum(a.reserved_fen)::bigint AS reserved, sum(a.committed_fen)::bigint AS committed, sum(a.disbursed_fen)::bigint AS disbursed,
            sum((SELECT count(*) FROM journal_entry e WHERE e.fund_id = a.fund_id AND e.award_id = a.id))::bigint AS entries
       FROM award a WHERE a.approval_ref LIKE $1`,
    [`${name}-%`],
  );
  expect(sums).toEqual({
    awards: BigInt(singles + batches * BATCH),
    reserved: BigInt(batches * BATCH) * LOAD_FEN,
    committed: BigInt(singles) * RETURNED_FEN,
    disbursed: BigInt(singles) * (LOAD_FEN - RETURNED_FEN),
    entries: BigInt(singles * 4 + batches * BATCH),
  });
  expect(await brokenInvariants(db)).toEqual({});
}

describe('The process is killed (SIGKILL)', () => {
  let database: TestDatabase;
  let people: People;

  beforeAll(async () => {
    database = await testDatabase();
    await fundLine(openLedger(database.db), 'manufacturing-app', yuan('100000000.00'));
    await mustPost(openLedger(database.db), SPARE);
    people = await peopleOn(database.db, database.ownerUrl);
  });

  afterAll(() => database.close());

  it.each(Array.from({ length: ROUNDS.process }, (_, round) => `process-${round}`))('%s', async (name) => {
    const child = spawn(
      process.execPath,
      [
        '--import',
        './test/support/typescript.mjs',
        './test/support/crash-process.ts',
        database.url,
        name,
        String(SCENARIOS),
        String(AT_ONCE),
        JSON.stringify(people),
      ],
      {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise((resolve) => child.once('close', resolve));
    let text = '';
    const first = new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        resolve();
      }),
    );
    await Promise.race([first, ended]);
    await sleep(random(0, 120));
    child.kill('SIGKILL');
    await ended;
    // A last line that was cut off told nobody anything.
    const lines = text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== 'all done');
    const told = new Map(lines.map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
    expect(told.size).toBeGreaterThan(0);
    // The server may still be writing what the dead process sent last.
    await converges(database.db, people, name, told);
  });
});

describe('PostgreSQL', () => {
  let home: string;
  let cluster: Cluster;
  let running: RunningPostmaster;
  let db: Database;
  /** Checks on connections of its own, which nobody ends. */
  let checks: Database;
  let people: People;
  const secret = randomBytes(12).toString('hex');
  const url = (user: string, name: string): string => urlOf(running.port, user, secret, name);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'fund-ledger-crash-'));
    await chmod(home, 0o755);
    const user = postgresUser();
    // Durable as in production, and with a commit that takes its time, so that some are hit in the middle.
    const settings = { max_connections: '60', shared_buffers: '64MB', restart_after_crash: 'on' };
    cluster = {
      directory: join(home, 'postgres'),
      binaries: await locateBinaries(user),
      user,
      superuserPassword: secret,
      logFile: join(home, 'postgres.log'),
      settings,
    };
    await initialise(cluster);
    running = await startPostmaster(cluster);
    const admin = new pg.Client({ connectionString: url(SUPERUSER, 'postgres') });
    await admin.connect();
    await ensureRoles(admin, { owner: secret, runTime: secret });
    await ensureDatabase(admin, 'crash');
    await admin.end();
    await migrate(
      { databaseUrl: url(RUN_TIME_ROLE, 'crash'), databaseMigrationUrl: url(OWNER_ROLE, 'crash'), secretKey: SECRET_KEY },
      DECLARED,
    );
    const pool = { url: url(RUN_TIME_ROLE, 'crash'), entities: ENTITIES };
    db = new Database(await openDataSource({ ...pool, size: 8, applicationName: 'fund-ledger-crash' }));
    checks = new Database(await openDataSource({ ...pool, size: 4, applicationName: 'fund-ledger-checks' }));
    await seedPolicy(db);
    await fundLine(openLedger(db), 'manufacturing-app', yuan('100000000.00'));
    await mustPost(openLedger(db), SPARE);
    people = await peopleOn(db, url(OWNER_ROLE, 'crash'));
  }, 60_000);

  afterAll(async () => {
    await Promise.all([db.dataSource.destroy(), checks.dataSource.destroy()]);
    await stopPostmaster(cluster, 'immediate');
    await rm(home, { recursive: true, force: true });
  });

  /** Old processes may hold the shared memory for a moment. */
  async function restart(): Promise<void> {
    for (let turn = 0; ; turn += 1) {
      try {
        running = await startPostmaster(cluster, running.port);
        return;
      } catch (error) {
        if (turn === 50) throw error;
        await sleep(100);
      }
    }
  }

  /** Load by two ledgers while something is done to the server. */
  async function underLoad(
    name: string,
    harm: () => Promise<void>,
    offices = [openOffice(db, people), openOffice(db, people)],
  ): Promise<Map<string, string>> {
    const told = new Map<string, string>();
    let next = 0;
    const client = async (who: number): Promise<void> => {
      while (next < SCENARIOS) {
        next += 1;
        const office = offices[who % offices.length];
        if (office !== undefined) await scenario(office, name, next - 1, (key, what) => told.set(key, what));
      }
    };
    await Promise.all([...Array.from({ length: AT_ONCE }, (_, who) => client(who)), harm()]);
    return told;
  }

  it.each(Array.from({ length: ROUNDS.server }, (_, round) => `server-${round}`))(
    'is killed (SIGKILL) and started again: %s',
    async (name) => {
      const told = await underLoad(name, async () => {
        await sleep(random(5, 250));
        const [backend] = await db.rows<{ pid: number }>(`SELECT pg_backend_pid() AS pid`).catch(() => []);
        if (name.endsWith('1') || name.endsWith('5')) {
          // One backend: the postmaster throws all others out and recovers by itself.
          if (backend !== undefined) process.kill(backend.pid, 'SIGKILL');
          return;
        }
        process.kill(running.pid, 'SIGKILL');
        await sleep(random(0, 300));
        await restart();
      });
      expect(told.size).toBeGreaterThan(SCENARIOS);
      await converges(db, people, name, told);
    },
  );

  it.each(Array.from({ length: ROUNDS.connections }, (_, round) => `connections-${round}`))(
    'ends connections, at COMMIT as well: %s',
    async (name) => {
      let ended = 0;
      const told = await underLoad(name, async () => {
        const admin = new pg.Client({ connectionString: url(SUPERUSER, 'crash') });
        await admin.connect();
        const atCommit = name.endsWith('0') || name.endsWith('2') || name.endsWith('4');
        for (let turn = 0; turn < 400 && ended < 12; turn += 1) {
          const { rowCount } = await admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'fund-ledger-crash' AND state <> 'idle' AND ($1 AND query = 'COMMIT' OR NOT $1) ORDER BY random() LIMIT 1`,
            [atCommit],
          );
          ended += rowCount ?? 0;
          await sleep(random(0, atCommit ? 2 : 12));
        }
        await admin.end();
      });
      expect(ended).toBeGreaterThan(0);
      await converges(checks, people, name, told);
    },
  );

  it('answers what was committed, once, when the connection breaks after COMMIT and before its answer', async () => {
    /** Every third commit's answer gets lost. */
    class Losing extends Database {
      private commits = 0;

      override async transaction<T>(work: (tx: Tx) => Promise<T>, options?: ConnectionOptions): Promise<T> {
        const answer = await super.transaction(work, options);
        this.commits += 1;
        if (this.commits % 3 === 0) throw new CommitLost(new Error('Connection terminated unexpectedly'));
        return answer;
      }
    }
    const losing = () => openOffice(new Losing(db.dataSource), people);
    const told = await underLoad('lost', async () => undefined, [losing(), losing()]);
    await converges(checks, people, 'lost', told);
  });
});
