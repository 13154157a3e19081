import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { isAway } from '../../src/ledger/failures.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

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
    expect(isAway(fault)).toBe(true);
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
            migrate({ databaseUrl: database.url, databaseMigrationUrl: database.ownerUrl }),
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
