import { Command } from 'commander';
import { OperatorError } from '../platform/operator-error.js';
import { connectionOptions } from '../platform/database/connection-options.js';
import { PoolClient } from '../platform/database/pool-client.js';
import { sealAnew } from '../platform/secrets/sealed-secret.js';
import { commandConfig, say } from './environment.js';

const LEAST_CHARACTERS = 32;

/** Changes SECRET_KEY: what is stored stays as it is, and is sealed under another key. */
export function rotateKeyCommand(): Command {
  return new Command('rotate-key')
    .description('seal the database’s secret under NEW_SECRET_KEY instead of SECRET_KEY (DATABASE_MIGRATION_URL: the owner)')
    .action(async () => {
      const next = process.env['NEW_SECRET_KEY'] ?? '';
      if (next.length < LEAST_CHARACTERS)
        throw new OperatorError(`NEW_SECRET_KEY must have at least ${LEAST_CHARACTERS} characters`);
      const config = await commandConfig();
      if (next === config.secretKey) throw new OperatorError('NEW_SECRET_KEY is the present SECRET_KEY: nothing was changed');
      const owner = new PoolClient(connectionOptions(config.databaseMigrationUrl ?? config.databaseUrl));
      await owner.connect();
      try {
        const { from, to } = await sealAnew(owner, config.secretKey, next);
        say(
          `Sealed under the new key (id ${to}, was ${from}). Now set SECRET_KEY to it and restart every process; the old one opens nothing any more.`,
        );
      } finally {
        await owner.end();
      }
    });
}
