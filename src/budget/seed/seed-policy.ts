import { businessDateOf, canonicalJson, parseYuan, SYSTEM_ACTOR, type Fen, type Text } from '../../kernel/index.js';
import { claimByRule, lockYearAccounts, type LineRule, type Title } from '../../ledger/index.js';
import { seedAgencies, type AgencySeed } from '../../parties/index.js';
import type { Database, Tx } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { findFund, lockFund } from '../funds/find-fund.js';
import { Fund } from '../funds/fund.entity.js';
import { findLine, reasonOf } from '../lines/find-line.js';
import { columnsOf, insertLine, type NewLine } from '../lines/insert-line.js';
import { ProgrammeLine } from '../lines/programme-line.entity.js';
import { storeVersion, versionToday } from '../lines/rule-versions.js';
import { createAccounts, insertYears } from '../years/fiscal-year.sql.js';
import { openYear } from '../years/open-year.js';
import { readSeedFile } from '../../platform/seed-file.js';

/** `seeds/policy/fund.json` */
export interface FundSeed {
  readonly code: string;
  readonly name: string;
  readonly names: Title;
  /** §二(九)2 */
  readonly leadAgencies: string[];
  /** Yuan. */
  readonly annualAmount: string;
  readonly firstYear: number;
  readonly lastYear: number;
}

/** One of `seeds/policy/lines.json`; `reading` says how we read the clause where it leaves room. */
export type LineSeed = Omit<NewLine, 'reason' | 'pays' | 'reading'> & {
  readonly reason?: Text;
  readonly pays?: Title;
  readonly reading?: Title;
  readonly rule: LineRule;
};

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
    await seedAgencies(tx, readSeedFile('policy/agencies.json') as readonly AgencySeed[]);
    // Accounts before the fund's row: the one order of locks.
    for (let year = seed.firstYear; year <= seed.lastYear; year += 1) await lockYearAccounts(tx, fund.id, year);
    await lockFund(tx, fund.id);
    if (fund.names === null) await tx.manager.update(Fund, fund.id, { names: seed.names, leadAgencies: seed.leadAgencies });
    for (const line of lineSeeds()) await seedLine(tx, fund.id, line);
    await insertYears(tx, fund.id, seed.firstYear, seed.lastYear);
    // A year that finance has already opened or closed is refused here and stays as it is.
    for (let year = seed.firstYear; year <= seed.lastYear; year += 1) await openYear(tx, fund, year);
    // A line that a later version of the seeds brings has no account yet in the years that are open.
    await createAccounts(tx, fund.id);
  });
}

/** A line that nobody has changed since an earlier seed follows the seeds: its text at once, its rule for what is reserved from today on. */
async function seedLine(tx: Tx, fundId: number, seed: LineSeed): Promise<void> {
  const { rule, ...rest } = seed;
  const line: NewLine = { ...rest, reason: seed.reason ?? null, pays: seed.pays ?? null, reading: seed.reading ?? null };
  if ((await insertLine(tx, fundId, line, { rule, by: SYSTEM_ACTOR.id })) !== null) return;
  const known = await findLine(tx, fundId, seed.code);
  if (known?.version !== UNTOUCHED) return;
  if (!isSame(columnsOf(line), columnsOf({ ...known, reason: reasonOf(known) }))) {
    // It stays untouched: the next seeds may correct it again.
    await tx.manager.update(ProgrammeLine, { fundId, id: known.id }, { ...columnsOf(line), version: UNTOUCHED });
  }
  if (isSame((await versionToday(tx, fundId, known.id)).rule, rule)) return;
  const from = businessDateOf(new Date());
  await storeVersion(tx, fundId, known.id, { rule, from, reason: CORRECTED, documentNo: POLICY, by: SYSTEM_ACTOR.id });
  await claimByRule(tx, fundId, { id: known.id, rule });
}

/** Version of a line that was seeded and not changed since. */
const UNTOUCHED = 1;
const POLICY = '穗府辦〔2014〕54號';
const CORRECTED = '按政策條文更正';

function isSame(left: unknown, right: unknown): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

function fenOf(yuan: string): Fen {
  const fen = parseYuan(yuan);
  if (fen === null) throw new Error(`Not a yuan amount: ${yuan}`);
  return fen;
}
