import { parseYuan, type Fen, type Text } from '../../kernel/index.js';
import { lockYearAccounts } from '../../ledger/index.js';
import type { Database } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { findFund, lockFund } from '../funds/find-fund.js';
import { Fund } from '../funds/fund.entity.js';
import { insertLine, type NewLine } from '../lines/insert-line.js';
import { createAccounts, insertYears } from '../years/fiscal-year.sql.js';
import { openYear } from '../years/open-year.js';
import { readSeedFile } from './seed-file.js';

/** `seeds/policy/fund.json` */
export interface FundSeed {
  readonly code: string;
  readonly name: string;
  /** Yuan. */
  readonly annualAmount: string;
  readonly firstYear: number;
  readonly lastYear: number;
}

/** One of `seeds/policy/lines.json`; `reading` says how we read the clause where it leaves room. */
export type LineSeed = Omit<NewLine, 'reason'> & { readonly reason?: Text; readonly reading?: string };

/** The fund of the policy. */
export function fundSeed(): FundSeed {
  return readSeedFile('policy/fund.json') as FundSeed;
}

/** The 19 funding clauses of the policy, in its order. */
export function lineSeeds(): readonly LineSeed[] {
  return readSeedFile('policy/lines.json') as readonly LineSeed[];
}

/**
 * Makes the fund of the policy with its lines and its five open years. What is there stays as finance has changed it since: a second
 * run only adds what is missing.
 */
export async function seedPolicy(db: Database): Promise<void> {
  const seed = fundSeed();
  await db.transaction(async (tx) => {
    const { annualAmount, ...rest } = seed;
    await insertNew(tx.manager, Fund, { ...rest, annualAmountFen: fenOf(annualAmount) });
    const fund = await findFund(tx, seed.code);
    if (fund === null) throw new Error(`The fund ${seed.code} was not seeded`);
    // Accounts before the fund's row: the one order of locks.
    for (let year = seed.firstYear; year <= seed.lastYear; year += 1) await lockYearAccounts(tx, fund.id, year);
    await lockFund(tx, fund.id);
    for (const line of lineSeeds()) await insertLine(tx, fund.id, { ...line, reason: line.reason ?? null });
    await insertYears(tx, fund.id, seed.firstYear, seed.lastYear);
    // A year that finance has already opened or closed is refused here and stays as it is.
    for (let year = seed.firstYear; year <= seed.lastYear; year += 1) await openYear(tx, fund, year);
    // A line that a later version of the seeds brings has no account yet in the years that are open.
    await createAccounts(tx, fund.id);
  });
}

function fenOf(yuan: string): Fen {
  const fen = parseYuan(yuan);
  if (fen === null) throw new Error(`Not a yuan amount: ${yuan}`);
  return fen;
}
