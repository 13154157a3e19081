import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ENTITIES } from '../../src/declared.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';

/** Environment variable by which the global setup tells the workers where PostgreSQL is. */
export const SERVER_VARIABLE = 'FUND_LEDGER_TEST_SERVER';

/** The PostgreSQL of this test run. */
export interface TestServer {
  readonly adminUrl: string;
  readonly template: string;
  readonly ownerUrl: string;
  readonly runTimeUrl: string;
}

/** A database of the test's own: migrated, with the policy's seeds, and nothing else. */
export interface TestDatabase {
  /** Connects as the run-time role, which owns nothing: as the product does. */
  readonly url: string;
  /** Connects as the owner, for what only a migration may do (drop a trigger, alter a table). */
  readonly ownerUrl: string;
  readonly db: Database;
  /** Ends all its connections and drops it. */
  close(): Promise<void>;
}

/** A fresh clone of the template. */
export async function testDatabase(options: { readonly poolSize?: number } = {}): Promise<TestDatabase> {
  const server = testServer();
  const name = `fund_ledger_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, async (admin) => {
    await admin.query(
      `CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(server.template)} OWNER fund_owner STRATEGY file_copy`,
    );
    await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO fund_app`);
  });
  const url = inDatabase(server.runTimeUrl, name);
  const dataSource = await openDataSource({
    url,
    size: options.poolSize ?? 10,
    applicationName: 'fund-ledger-test',
    entities: ENTITIES,
  });
  return {
    url,
    ownerUrl: inDatabase(server.ownerUrl, name),
    db: new Database(dataSource),
    close: async () => {
      await dataSource.destroy();
      await asAdmin(server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Runs statements on a connection of the owner. */
export async function asOwner<T>(database: Pick<TestDatabase, 'ownerUrl'>, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/** The PostgreSQL that the global setup started. */
export function testServer(): TestServer {
  const told = process.env[SERVER_VARIABLE];
  if (told === undefined) throw new Error('No test PostgreSQL: run the tests with Jest, whose global setup starts it');
  return JSON.parse(told) as TestServer;
}

async function asAdmin<T>(server: TestServer, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
