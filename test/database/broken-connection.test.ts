import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { CommitLost, isDatabaseAway } from '../../src/platform/database/away.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { DECLARED } from '../../src/declared.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { problemOf } from '../../src/platform/http/problems/fault-problem.js';
import { fundLine, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { SECRET_KEY } from '../support/app.js';

/** One message of PostgreSQL's protocol. */
function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

const READY = message('Z', 'I');
const GOING_DOWN = message('E', 'SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0');

describe('A connection that breaks in the packet that greets', () => {
  let database: TestDatabase;
  let proxy: Server;
  let isGoingDown = false;

  beforeAll(async () => {
    database = await testDatabase();
    const real = new URL(database.url);
    proxy = createServer((near) => {
      const far = connect(parseInt(real.port), real.hostname);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
      near.pipe(far);
      far.on('data', (chunk: Buffer) => {
        if (isGoingDown && chunk.subarray(-READY.length).equals(READY)) near.end(Buffer.concat([chunk, GOING_DOWN]));
        else near.write(chunk);
      });
      far.on('end', () => near.end());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  afterAll(async () => {
    proxy.close();
    await database.close();
  });

  it('is a fault of the statement that would use it, not the end of the process', async () => {
    const url = new URL(database.url);
    url.port = String((proxy.address() as AddressInfo).port);
    const db = new Database(await openDataSource({ url: url.href, size: 4, applicationName: 'fund-ledger-test' }));
    const busy = db.rows('SELECT pg_sleep(0.5)').catch(() => undefined);
    isGoingDown = true;
    const fault: unknown = await db.rows('SELECT 1').catch((error: unknown) => error);
    expect(isDatabaseAway(fault)).toBe(true);
    isGoingDown = false;
    await busy;
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await db.dataSource.destroy();
  });
});

describe('A connection that is ended while it waits', () => {
  it('fails the migration whose lock it held, and does not end the process unheard', async () => {
    const database = await testDatabase();
    try {
      await asOwner(database, (blocker) =>
        asOwner(database, async (owner) => {
          const isBlocked = async () =>
            (await owner.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
              .rowCount === 1;
          await blocker.query('BEGIN');
          await blocker.query('LOCK TABLE typeorm_migrations');
          const failed = expect(
            migrate({ databaseUrl: database.url, databaseMigrationUrl: database.ownerUrl, secretKey: SECRET_KEY }, DECLARED),
          ).rejects.toThrow();
          await until('the migration waits for the table', isBlocked);
          await owner.query(
            `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name = 'fund-ledger-migrate'`,
          );
          await blocker.query('COMMIT');
          await failed;
        }),
      );
    } finally {
      await database.close();
    }
  });
});

/**
 * A wire to the database that is cut off when a client has sent a certain message: the message arrives, no answer does. Either both
 * ends hear that the connection is broken, or nobody ever hears anything again.
 */
class Wire {
  private readonly server: Server;
  private cut: { readonly after: Buffer; readonly forGood: boolean; readonly silently: boolean } | null = null;
  private isDown = false;

  constructor(private readonly database: URL) {
    this.server = createServer((near) => {
      if (this.isDown) {
        near.destroy();
        return;
      }
      const far = connect(parseInt(this.database.port), this.database.hostname);
      let isCut = false;
      near.on('error', () => undefined);
      far.on('error', () => near.destroy());
      let isSilent = false;
      near.on('close', () => {
        if (!isSilent) far.destroy();
      });
      near.on('data', (chunk: Buffer) => {
        if (this.cut !== null && chunk.includes(this.cut.after)) {
          isCut = true;
          this.isDown = this.cut.forGood;
          isSilent = this.cut.silently;
          if (!isSilent) setTimeout(() => near.destroy(), 300);
          this.cut = null;
          far.write(chunk);
        } else if (!isCut) far.write(chunk);
      });
      far.on('data', (chunk: Buffer) => {
        if (!isCut) near.write(chunk);
      });
    });
  }

  async open(): Promise<Database> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const url = new URL(this.database);
    url.port = String((this.server.address() as AddressInfo).port);
    return new Database(await openDataSource({ url: url.href, size: 1, applicationName: 'fund-ledger-test' }));
  }

  /** Cuts the connection that sends this text next; `forGood`: there are no others either. */
  cutAfter(text: string, how: { readonly forGood: boolean; readonly silently: boolean }): void {
    this.cut = { after: Buffer.from(text), ...how };
  }

  close(): void {
    this.server.close();
  }
}

describe('A posting whose connection is cut off', () => {
  let database: TestDatabase;
  let wire: Wire;
  let db: Database;

  beforeEach(async () => {
    database = await testDatabase();
    await fundLine(openLedger(database.db), 'manufacturing-app', yuan('100.00'));
    wire = new Wire(new URL(database.url));
    db = await wire.open();
  });

  afterEach(async () => {
    // The bell may still ring for some milliseconds after the last commit.
    await new Promise((resolve) => setTimeout(resolve, 40));
    await db.dataSource.destroy();
    wire.close();
    await database.close();
  });

  const patience = { POSTING_WAIT_MS: '200', DATABASE_ANSWER_TIMEOUT_MS: '1000' };
  const post = () => postOne(openLedger(db, patience), reservation({ amountFen: 1n }));
  const awards = async () => (await database.db.rows('SELECT id FROM award')).length;

  const posted = { told: { ok: true, replayed: false }, recorded: 1 };
  it.each(
    [false, true].flatMap((silently) => [
      { silently, at: 'START TRANSACTION', forGood: false, ...posted },
      // The server still has the locks, and nobody to tell it to give them back.
      { silently, at: 'ledger.lock-accounts', forGood: false, ...posted },
      { silently, at: 'COMMIT', forGood: false, ...posted },
      { silently, at: 'COMMIT', forGood: true, told: { ok: false, problem: { code: 'outcome-unknown' } }, recorded: 1 },
      { silently, at: 'START TRANSACTION', forGood: true, told: { ok: false, problem: { code: 'unavailable' } }, recorded: 0 },
    ]),
  )('at $at (silently: $silently, for good: $forGood) is told what is certain', async ({ at, told, recorded, ...how }) => {
    wire.cutAfter(at, how);
    expect(await post()).toMatchObject(told);
    expect(await awards()).toBe(recorded);
  });

  it('at COMMIT is a fault of its own, whoever commits; the connection is never used again', async () => {
    wire.cutAfter('COMMIT', { forGood: false, silently: true });
    const commit = db.transaction((tx) => tx.rows('SELECT 1'), { answerTimeoutMs: 1_000 });
    const fault: unknown = await commit.catch((error: unknown) => error);
    expect(await db.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(fault).toBeInstanceOf(CommitLost);
    expect(problemOf(fault)).toMatchObject({ code: 'outcome-unknown' });
  });
});

describe('The database is away', () => {
  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN'].map(
      (code) => ({
        code,
        syscall: 'read',
      }),
    ),
    ...['ENOTFOUND', 'EAI_AGAIN'].map((code) => ({ code, syscall: 'getaddrinfo' })),
    ...['08006', '53300', '57P01', '57P03', '25006', '25P03'].map((code) => ({ code })),
    { message: 'Query read timeout' },
    { errors: [{ code: 'ECONNREFUSED', syscall: 'connect' }] },
  ])('where %j is thrown, and that is told as 503', (fault) => {
    expect(isDatabaseAway(fault)).toBe(true);
    expect(problemOf(fault)).toMatchObject({ code: 'unavailable' });
  });

  it.each([{ code: '23505' }, { code: 'ENOENT', syscall: 'open' }, { message: 'Account 4610 is not locked' }, null])(
    'not where it is %j',
    (fault) => {
      expect(isDatabaseAway(fault)).toBe(false);
      expect(problemOf(fault)).toMatchObject({ code: 'internal' });
    },
  );
});
