import Table from 'cli-table3';
import { Argument, Command } from 'commander';
import { findFund, type Position, positionOf } from '../budget/index.js';
import { isBusinessDate } from '../kernel/index.js';
import { OperatorError } from '../platform/operator-error.js';
import { say, withDatabase } from './environment.js';

const YEAR = /^[12]\d{3}$/;
const AMOUNTS = [
  'allotted',
  'available',
  'reserved',
  'committed',
  'disbursed',
  'lapsed',
  'carriedIn',
  'carriedOut',
  'overCommitted',
] as const;

/** Where a year's money is. */
export function positionCommand(): Command {
  return new Command('position')
    .description("show where a fiscal year's money is, in yuan")
    .addArgument(new Argument('<fund>', 'code of the fund, e.g. gz-ecommerce'))
    .addArgument(new Argument('<year>', 'fiscal year').argParser(parseYear))
    .option('--as-of <date>', 'as of this business date (YYYY-MM-DD)', parseDate)
    .option('--json', 'as the API answers it')
    .action(async (fundCode: string, year: number, options: { asOf?: string; json?: boolean }) => {
      const position = await withDatabase(async (db) => {
        const fund = await findFund(db, fundCode);
        if (fund === null) throw new OperatorError(`There is no fund ${fundCode}`);
        const found = await positionOf(db, fund, year, { asOf: options.asOf });
        if (found === null) throw new OperatorError(`The fund ${fundCode} has no year ${year}`);
        return found;
      });
      say(options.json === true ? JSON.stringify(position, null, 2) : tableOf(position));
    });
}

/** Reads a fiscal year of the command line. */
export function parseYear(text: string): number {
  if (!YEAR.test(text)) throw new OperatorError(`Not a fiscal year: ${text}`);
  return Number(text);
}

function parseDate(text: string): string {
  if (!isBusinessDate(text)) throw new OperatorError(`Not a date: ${text}`);
  return text;
}

function tableOf(position: Position): string {
  const table = new Table({
    head: ['line', ...AMOUNTS],
    colAligns: ['left', ...AMOUNTS.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const line of position.lines) table.push([line.line, ...AMOUNTS.map((name) => line[name])]);
  table.push(['year', ...AMOUNTS.map((name) => position[name])]);
  const { fund, fiscalYear, status, illustrative, appropriated, adjusted, receivedBack, unallotted, executionRate } = position;
  const state = illustrative ? `${status}, illustrative data` : status;
  return `${fund} ${fiscalYear} (${state}): appropriated ${appropriated}, adjusted ${adjusted}, received back ${receivedBack}, unallotted ${unallotted}, execution rate ${executionRate}
${table.toString()}`;
}
