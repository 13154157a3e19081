import { findLine } from '../../budget/index.js';
import { problem, ProblemError } from '../../kernel/index.js';
import type { ReportScope } from '../report.js';

/** The line that is asked for; null: none. Refused where the fund has no such line. */
export async function lineOf({ sql, fund, line }: ReportScope): Promise<string | null> {
  if (line !== null && (await findLine(sql, fund.id, line)) === null) {
    throw new ProblemError(problem('not-found', `沒有支出方向「${line}」`, `There is no programme line "${line}"`));
  }
  return line;
}
