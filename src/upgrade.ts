import { rekeyAwards } from './awards/index.js';
import { DECLARED, ENTITIES } from './declared.js';
import { Directory, Ledger } from './ledger/index.js';
import type { Config } from './platform/config/index.js';
import { openDataSource } from './platform/database/data-source.js';
import { Database } from './platform/database/database.js';
import { migrate } from './platform/database/migrate.js';
import { Metrics } from './platform/metrics/index.js';
import { OutboxBell } from './platform/outbox/outbox-bell.js';

/** Connections of the work behind the migrations: as many as these had. */
const POOL_SIZE = 2;
/** Awards after which the progress is told. */
const TOLD_EVERY = 50_000;

/** Brings the database up to date: the schema and its rights, then the keys of awards, which code makes. Safe to start many times. */
export async function upgrade(
  config: Config,
  say: (line: string) => void,
): Promise<{ readonly ran: readonly string[]; readonly keyed: number }> {
  const { ran } = await migrate(config, DECLARED);
  if (ran.length > 0) say(`Migrated: ${ran.join(', ')}`);
  const dataSource = await openDataSource({
    url: config.databaseMigrationUrl ?? config.databaseUrl,
    size: POOL_SIZE,
    applicationName: 'fund-ledger-migrate',
    entities: ENTITIES,
  });
  const db = new Database(dataSource);
  const bell = new OutboxBell(db);
  try {
    const ledger = new Ledger(db, new Directory(db), bell, new Metrics(), config);
    const keyed = await rekeyAwards(db, ledger, (done) => {
      if (done % TOLD_EVERY === 0) say(`${done} awards keyed`);
    });
    if (keyed > 0) say(`${keyed} awards keyed anew.`);
    return { ran, keyed };
  } finally {
    await bell.onModuleDestroy();
    await dataSource.destroy();
  }
}
