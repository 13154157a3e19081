import { Argument, Command } from 'commander';
import { findFund } from '../budget/index.js';
import { DECLARED } from '../declared.js';
import { missingGuards } from '../platform/database/guards.js';
import { OperatorError } from '../platform/operator-error.js';
import { inSnapshot, verifyInvariants } from '../reconciliation/index.js';
import { say, withDatabase } from './environment.js';
import { parseYear } from './position.command.js';

const WHAT_TO_DO = [
  'What to do: keep the database as it is (a backup of now, and the logs), and stop API and workers if what is broken is not known.',
  'Journal and postings can’t have been changed by the run-time role: they are what balances and awards are put right by, as the owner.',
  'The statements stand in docs/operations.md, Damage. Then run verify again.',
].join('\n');

/** Recomputes the books from the postings. Ends with 1 when something is broken. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('recompute the invariants of the ledger from its postings, and look whether the guards of the database stand')
    .addArgument(new Argument('<fund>', 'code of the fund'))
    .addArgument(new Argument('[year]', 'fiscal year; left out: all years').argParser(parseYear))
    .action(async (fundCode: string, year: number | undefined) => {
      const broken = await withDatabase(async (db) => {
        const fund = await findFund(db, fundCode);
        if (fund === null) throw new OperatorError(`There is no fund ${fundCode}`);
        const suspicions = await inSnapshot(db, (sql) => verifyInvariants(sql, fund.id, year ?? null));
        return [
          ...(await missingGuards(db, DECLARED.tables)).map((guard) => `The database has lost its ${guard}.`),
          ...suspicions.map(({ subject, fiscalYear, evidence }) => `${fiscalYear} ${subject}: ${JSON.stringify(evidence)}`),
        ];
      });
      if (broken.length > 0) throw new OperatorError([`${broken.length} broken:`, ...broken, WHAT_TO_DO].join('\n'));
      say('Nothing is broken: entries balance, balances follow their postings, awards add up, and the guards stand.');
    });
}
