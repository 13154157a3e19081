import { ENTITIES } from '../declared.js';
import { type Config, type Environment, loadConfig } from '../platform/config/index.js';
import { openDataSource } from '../platform/database/data-source.js';
import { Database } from '../platform/database/database.js';
import { refuseUnmigrated } from '../platform/database/migrate.js';
import { findEmbedded } from '../platform/embedded/index.js';
import { OperatorError } from '../platform/operator-error.js';

/** Connections of one command. */
export const COMMAND_POOL_SIZE = 4;

/** The configuration of a command: the environment's, or that of the `npm start` that runs on DATA_DIR. */
export async function commandConfig(environment: Environment = process.env): Promise<Config> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  if (given['DATABASE_URL'] !== undefined) return loadConfig(given);
  const dataDir = given['DATA_DIR'] ?? '.data';
  const embedded = await findEmbedded(dataDir);
  if (embedded === null) {
    throw new OperatorError(
      `No database: set DATABASE_URL, or run \`npm start\` beside this command (no PostgreSQL runs in ${dataDir})`,
    );
  }
  return loadConfig({
    SECRET_KEY: embedded.secretKey,
    ...given,
    DATABASE_URL: embedded.databaseUrl,
    DATABASE_MIGRATION_URL: embedded.databaseMigrationUrl,
  });
}

/** Runs the work on a database of its own, without the rest of the application. */
export async function withDatabase<T>(work: (db: Database, config: Config) => Promise<T>): Promise<T> {
  const config = await commandConfig();
  const dataSource = await openDataSource({
    url: config.databaseUrl,
    size: COMMAND_POOL_SIZE,
    applicationName: 'fund-ledger-cli',
    entities: ENTITIES,
  });
  try {
    const db = new Database(dataSource);
    await refuseUnmigrated(db);
    return await work(db, config);
  } finally {
    await dataSource.destroy();
  }
}

/** One line for whoever typed the command. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
