import { Argument, Command } from 'commander';
import { createContext } from '../application.js';
import { findFund } from '../budget/index.js';
import { Database } from '../platform/database/database.js';
import { createLogger } from '../platform/logging/index.js';
import { OperatorError } from '../platform/operator-error.js';
import { RunRequests } from '../reconciliation/index.js';
import { commandConfig, say } from './environment.js';
import { parseYear } from './position.command.js';

/** Reconciles at once, in this process. */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('reconcile a fund now, by every rule, and say what was found')
    .addArgument(new Argument('<fund>', 'code of the fund'))
    .addArgument(new Argument('[year]', 'fiscal year; left out: all years').argParser(parseYear))
    .option('--dry-run', 'report and change nothing')
    .action(async (fundCode: string, year: number | undefined, options: { dryRun?: boolean }) => {
      const context = await createContext(await commandConfig(), createLogger('error'));
      try {
        const fund = await findFund(context.get(Database), fundCode);
        if (fund === null) throw new OperatorError(`There is no fund ${fundCode}`);
        const dryRun = options.dryRun ?? false;
        const run = await context
          .get(RunRequests)
          .reconcile({ fundId: fund.id, fiscalYear: year ?? null, trigger: 'request', dryRun });
        say(`Run ${run.id} ${run.status}: ${run.checked} checked, ${run.opened} findings opened, ${run.resolved} resolved.`);
        if (dryRun) say(JSON.stringify(run.report, null, 2));
      } finally {
        await context.close();
      }
    });
}
