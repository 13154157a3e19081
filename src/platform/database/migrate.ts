import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { OperatorError } from '../operator-error.js';
import { PoolClient } from './pool-client.js';
import { migrateQueue, QUEUE_SCHEMA } from '../queue/queue-schema.js';
import type { ConsumerDeclaration } from '../outbox/outbox.sql.js';
import { sealOnce } from '../secrets/sealed-secret.js';
import type { Sql } from './database.js';
import { connectionOptions } from './connection-options.js';
import type { Tables } from './tables.js';

/** TypeORM's own record of the migrations that have run. */
const MIGRATIONS_TABLE = 'typeorm_migrations';
/** Advisory lock that lets one migration run at a time ('FLMG'). */
const MIGRATION_LOCK = 0x464c4d47;

/** Where the migrations run: the owner, whom they give the run-time rights to, and what the database's secret is sealed under. */
export interface MigrationTarget {
  /** The run-time role's connection. */
  readonly databaseUrl: string;
  /** The owner's connection; null: the run-time role is the owner as well (a developer's database). */
  readonly databaseMigrationUrl: string | null;
  readonly secretKey: string;
}

/** What the rooms declare of the database. */
export interface Declared {
  readonly tables: Tables;
  /** Who is told of what the outbox announces. */
  readonly consumers: readonly ConsumerDeclaration[];
}

/** What a migration did: names of the migrations that ran now. */
export interface MigrationOutcome {
  readonly ran: readonly string[];
}

/**
 * Brings the schema up to date, the queue's included, and gives the run-time role its rights on each of the tables: nothing else.
 * Safe to start many times at once: an advisory lock lets one run, the others find nothing left to do.
 */
export async function migrate(target: MigrationTarget, { tables, consumers }: Declared): Promise<MigrationOutcome> {
  const ownerUrl = target.databaseMigrationUrl ?? target.databaseUrl;
  const lock = new PoolClient({ ...connectionOptions(ownerUrl), application_name: 'fund-ledger-migrate' });
  await lock.connect();
  try {
    await refuseOtherThanOwner(lock);
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await runOurs(ownerUrl);
    await sealOnce(lock, target.secretKey);
    await migrateQueue(lock);
    await subscribe(lock, consumers);
    await grant(lock, roleOf(target.databaseUrl), tables);
    return { ran };
  } finally {
    await lock.end();
  }
}

/** Throws OperatorError for a role that may not make tables. */
async function refuseOtherThanOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean; role: string }>(
    `SELECT has_schema_privilege('public', 'CREATE') AS may, current_user AS role`,
  );
  const [found] = rows;
  if (found?.may === true) return;
  throw new OperatorError(
    `The role ${found?.role ?? '?'} may not make tables: set DATABASE_MIGRATION_URL to the owner’s URL (docs/operations.md, Roles of the database)`,
  );
}

async function runOurs(url: string): Promise<string[]> {
  const { connectionString, ...way } = connectionOptions(url);
  const source = new DataSource({
    type: 'postgres',
    url: connectionString,
    poolSize: 1,
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
    extra: { ...way, Client: PoolClient },
  });
  await source.initialize();
  try {
    return (await source.runMigrations()).map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}

/** From now on each consumer has rows of its own. One that is declared no more is told no more; what waits for it is dropped. */
async function subscribe(owner: pg.Client, consumers: readonly ConsumerDeclaration[]): Promise<void> {
  const [topics, names] = [consumers.map(({ topic }) => topic), consumers.map(({ consumer }) => consumer)];
  await owner.query('BEGIN');
  await owner.query('DELETE FROM outbox_consumer WHERE (topic, consumer) NOT IN (SELECT * FROM unnest($1::text[], $2::text[]))', [
    topics,
    names,
  ]);
  await owner.query('INSERT INTO outbox_consumer SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING', [
    topics,
    names,
  ]);
  await owner.query('DELETE FROM outbox WHERE consumer <> ALL ($1::text[])', [names]);
  await owner.query('COMMIT');
}

async function grant(owner: pg.Client, role: string, tables: Tables): Promise<void> {
  const { rows } = await owner.query<{ name: string; current: string }>(
    `SELECT c.relname AS name, current_user AS current FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`,
  );
  if (rows.some((row) => row.current === role)) return;
  const unlisted = rows.map((row) => row.name).filter((name) => tables[name] === undefined);
  if (unlisted.length > 0) throw new Error(`No run-time rights are stated for: ${unlisted.join(', ')} (tables.ts of its room)`);
  const grantee = pg.escapeIdentifier(role);
  const queue = pg.escapeIdentifier(QUEUE_SCHEMA);
  await owner.query('BEGIN');
  await owner.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${grantee}`);
  await owner.query(`REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, ${grantee}`);
  await refuseTemporaryTables(owner, grantee);
  await owner.query(`GRANT USAGE ON SCHEMA public, ${queue} TO ${grantee}`);
  for (const { name } of rows) {
    const { rights = [], updates = [], functions = [], askedByTriggers = [] } = tables[name] ?? {};
    const columns = updates.map((column) => pg.escapeIdentifier(column)).join(', ');
    const all = [...rights, ...(columns === '' ? [] : [`UPDATE (${columns})`])];
    await owner.query(`GRANT ${all.join(', ')} ON TABLE ${pg.escapeIdentifier(name)} TO ${grantee}`);
    for (const run of [...functions, ...askedByTriggers])
      await owner.query(`GRANT EXECUTE ON FUNCTION ${pg.escapeIdentifier(run)} TO ${grantee}`);
  }
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${queue} TO ${grantee}`);
  await owner.query(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${queue} TO ${grantee}`);
  await owner.query('COMMIT');
}

/** A role that may make temporary tables could hide ours behind them; PUBLIC may in every new database. Only the database's owner can take it away. */
async function refuseTemporaryTables(owner: pg.Client, grantee: string): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    'SELECT datname AS name FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, $1)',
    ['USAGE'],
  );
  for (const { name } of rows) {
    await owner.query(`REVOKE TEMPORARY ON DATABASE ${pg.escapeIdentifier(name)} FROM PUBLIC, ${grantee}`);
  }
}

function roleOf(url: string): string {
  const { user } = new pg.Client(connectionOptions(url));
  if (user === undefined || user === '') throw new Error('DATABASE_URL names no user');
  return user;
}

/** Names of the migrations that the database still lacks; asked by readiness with the run-time role. */
export async function pendingMigrations(sql: Sql): Promise<string[]> {
  const [table] = await sql.rows<{ exists: boolean }>(`SELECT to_regclass('${MIGRATIONS_TABLE}') IS NOT NULL AS exists`);
  const rows = table?.exists === true ? await sql.rows<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`) : [];
  const done = new Set(rows.map((row) => row.name));
  const pending = MIGRATIONS.map((migration) => migration.name).filter((name) => !done.has(name));
  if (pending.length > 0) return pending;
  // Behind the migrations, code makes what SQL alone can't: the keys of awards.
  const [keys] = await sql.rows<{ finished: boolean }>('SELECT finished FROM folding');
  return keys?.finished === true ? [] : ["the awards' keys"];
}

/** Throws OperatorError where the database lacks a migration. */
export async function refuseUnmigrated(sql: Sql): Promise<void> {
  const pending = await pendingMigrations(sql);
  if (pending.length > 0) throw new OperatorError(notMigrated(pending));
}

/** What is to be done about migrations that the database lacks. */
export function notMigrated(pending: readonly string[]): string {
  return `The database is not migrated (${pending.join(', ')}): run \`npm run fund -- migrate\` first, with DATABASE_MIGRATION_URL, the owner’s`;
}
