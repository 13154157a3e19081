import { problem, refused, accepted, type Result } from '../../kernel/index.js';
import { lockYearAccounts } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import type { Fund } from '../funds/fund.entity.js';
import { lockFund } from '../funds/find-fund.js';
import { createAccounts, insertYears, markYearOpen, yearStatus } from './fiscal-year.sql.js';

/** Years after the last with an appropriation in which commitments may still run off (domain §3). */
const RUN_OFF_YEARS = 10;

/**
 * Opens a year of the fund: draft → open, with all its accounts. A year after the fund's last one is opened for run-off, without
 * appropriation, in order and at most ten years on. Refused with `not-found` (no such year) or `already-decided` (no draft any more).
 */
export async function openYear(tx: Tx, fund: Pick<Fund, 'id' | 'firstYear' | 'lastYear'>, year: number): Promise<Result<null>> {
  if (year < fund.firstYear || year > fund.lastYear + RUN_OFF_YEARS) {
    return refused(problem('not-found', `專項資金沒有 ${year} 預算年度`, `The fund has no fiscal year ${year}`));
  }
  await lockYearAccounts(tx, fund.id, year);
  await lockFund(tx, fund.id);
  if (year > fund.lastYear) {
    const before = await yearStatus(tx, fund.id, year - 1);
    if (before === null || before === 'draft') {
      return refused(problem('year-not-open', `須先開放 ${year - 1} 年度`, `The year ${year - 1} must be opened first`));
    }
    await insertYears(tx, fund.id, year, year);
  }
  if (!(await markYearOpen(tx, fund.id, year))) {
    return refused(problem('already-decided', `${year} 年度已不是草案`, `The year ${year} is no longer a draft`));
  }
  await createAccounts(tx, fund.id);
  return accepted(null);
}
