import { Command } from 'commander';
import { approvalsCommand } from './cli/approvals.command.js';
import { migrateCommand, seedCommand } from './cli/database.command.js';
import { positionCommand } from './cli/position.command.js';
import { reconcileCommand } from './cli/reconcile.command.js';
import { rotateKeyCommand } from './cli/rotate-key.command.js';
import { userCommand } from './cli/user.command.js';
import { verifyCommand } from './cli/verify.command.js';
import { runProcess } from './platform/process.js';

/** The operators' command line: `npm run fund -- <command>`, in production `node dist/src/cli.js <command>`. */
const program = new Command('fund')
  .description('Fund Ledger for operators. Uses DATABASE_URL, or the PostgreSQL of a running `npm start`.')
  .showHelpAfterError();

for (const command of [
  migrateCommand(),
  seedCommand(),
  userCommand(),
  approvalsCommand(),
  reconcileCommand(),
  positionCommand(),
  verifyCommand(),
  rotateKeyCommand(),
])
  program.addCommand(command);

runProcess(async () => {
  await program.parseAsync();
});
