import { Command } from 'commander';
import { seedApprovalPolicy } from '../approvals/index.js';
import { seedPolicy } from '../budget/index.js';
import { upgrade } from '../upgrade.js';
import { commandConfig, say, withDatabase } from './environment.js';

/** Brings the schema up to date, as the owner (DATABASE_MIGRATION_URL). */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      "bring the schema and the queue's up to date, and give the run-time role its rights (DATABASE_MIGRATION_URL: the owner)",
    )
    .action(async () => {
      const { ran, keyed } = await upgrade(await commandConfig(), say);
      if (ran.length === 0 && keyed === 0) say('Nothing to migrate.');
    });
}

/** Makes what the policy brings: the fund, its lines and years, and for what it asks a second person. */
export function seedCommand(): Command {
  return new Command('seed')
    .description("make the policy's fund, programme lines, fiscal years and policy of approvals where they are missing")
    .action(async () => {
      await withDatabase(async (db) => {
        await seedPolicy(db);
        await seedApprovalPolicy(db);
      });
      say("The policy's fund, lines, years and policy of approvals are there.");
    });
}
