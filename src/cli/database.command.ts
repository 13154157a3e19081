import { Command } from 'commander';
import { seedPolicy } from '../budget/index.js';
import { DECLARED } from '../declared.js';
import { migrate } from '../platform/database/migrate.js';
import { commandConfig, say, withDatabase } from './environment.js';

/** Brings the schema up to date, as the owner (DATABASE_MIGRATION_URL). */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      "bring the schema and the queue's up to date, and give the run-time role its rights (DATABASE_MIGRATION_URL: the owner)",
    )
    .action(async () => {
      const { ran } = await migrate(await commandConfig(), DECLARED);
      say(ran.length === 0 ? 'Nothing to migrate.' : `Migrated: ${ran.join(', ')}`);
    });
}

/** Makes what the policy brings: the fund, its lines and years. */
export function seedCommand(): Command {
  return new Command('seed')
    .description("make the policy's fund, programme lines and fiscal years where they are missing")
    .action(async () => {
      await withDatabase((db) => seedPolicy(db));
      say("The policy's fund, lines and years are there.");
    });
}
