import { formatYuan, ratio, type Fen } from '../../kernel/index.js';
import { ACCOUNT, type AccountCode, type Title } from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';
import type { Fund } from '../funds/fund.entity.js';
import { balancesAsOf, balancesAsOfBoth, balancesRecordedAsOf, currentBalances, type BalanceRow } from './balances.sql.js';
import { positionLines, positionYears, type PositionLineRow } from './position-lines.sql.js';
import { settledInstant } from './settled-instant.js';

/** Amounts that a line and a year have alike, yuan strings. */
interface PositionAmounts {
  readonly allotted: string;
  readonly available: string;
  readonly reserved: string;
  readonly committed: string;
  readonly disbursed: string;
  readonly lapsed: string;
  readonly carriedIn: string;
  readonly carriedOut: string;
  readonly overCommitted: string;
  readonly executionRate: string;
}

/** Where a line's money of a year is (domain §4). */
export interface LinePosition extends PositionAmounts {
  readonly line: string;
  readonly title: Title;
}

/** Where a year's money is (api.md, Position). */
export interface Position extends PositionAmounts {
  readonly fund: string;
  readonly fiscalYear: number;
  readonly status: string;
  /** Whether the fund carries demonstration data that we made up (domain §5). */
  readonly illustrative: boolean;
  readonly appropriated: string;
  readonly adjusted: string;
  readonly receivedBack: string;
  readonly unallotted: string;
  readonly lines: readonly LinePosition[];
  /** The business date asked for. */
  readonly asOf?: string;
  /** The instant used: at most the one asked for, and before the oldest transaction that is still running. */
  readonly recordedAsOf?: string;
}

/** Which of the two clocks a position is asked at; neither: now. */
export interface PositionClocks {
  readonly asOf?: string | undefined;
  readonly recordedAsOf?: Date | undefined;
}

/** The fund whose positions are asked for. */
export type PositionFund = Pick<Fund, 'id' | 'code' | 'illustrative'>;

/** Positions of the years given that the fund has, in the order given. */
export async function positionsOf(
  sql: Sql,
  fund: PositionFund,
  years: readonly number[],
  clocks: PositionClocks = {},
): Promise<Position[]> {
  const recordedAsOf = clocks.recordedAsOf === undefined ? undefined : await settledInstant(sql, clocks.recordedAsOf);
  const [balances, lines, stored] = await Promise.all([
    balancesAt(sql, fund.id, years, clocks.asOf, recordedAsOf),
    positionLines(sql, fund.id),
    positionYears(sql, fund.id, years),
  ]);
  const statuses = new Map(stored.map((row) => [row.year, row.status]));
  return years.flatMap((fiscalYear) => {
    const status = statuses.get(fiscalYear);
    if (status === undefined) return [];
    return [
      {
        fund: fund.code,
        fiscalYear,
        status,
        illustrative: fund.illustrative,
        ...yearPosition(new Balances(balances.filter((row) => row.fiscal_year === fiscalYear)), lines),
        ...(clocks.asOf === undefined ? {} : { asOf: clocks.asOf }),
        ...(recordedAsOf === undefined ? {} : { recordedAsOf: recordedAsOf.toISOString() }),
      },
    ];
  });
}

/** Position of one year; null when the fund has no such year. */
export async function positionOf(
  sql: Sql,
  fund: PositionFund,
  year: number,
  clocks: PositionClocks = {},
): Promise<Position | null> {
  return (await positionsOf(sql, fund, [year], clocks))[0] ?? null;
}

async function balancesAt(
  sql: Sql,
  fundId: number,
  years: readonly number[],
  asOf: string | undefined,
  recordedAsOf: Date | undefined,
): Promise<BalanceRow[]> {
  if (asOf !== undefined && recordedAsOf !== undefined) return balancesAsOfBoth(sql, fundId, years, asOf, recordedAsOf);
  if (asOf !== undefined) return balancesAsOf(sql, fundId, years, asOf);
  if (recordedAsOf !== undefined) return balancesRecordedAsOf(sql, fundId, years, recordedAsOf);
  return currentBalances(sql, fundId, years);
}

/** Balances of one year by code and line. */
class Balances {
  private readonly byKey: ReadonlyMap<string, Fen>;

  constructor(rows: readonly BalanceRow[]) {
    this.byKey = new Map(rows.map((row) => [`${row.code}/${row.line_id ?? ''}`, row.balance]));
  }

  of(code: AccountCode, lineId: number | null): Fen {
    return this.byKey.get(`${code}/${lineId ?? ''}`) ?? 0n;
  }
}

const SUM_KEYS = [
  'available',
  'reserved',
  'committed',
  'disbursed',
  'lapsed',
  'carriedIn',
  'carriedOut',
  'overCommitted',
] as const;

/** Amounts of a line, or of all lines together, in fen. */
type Sums = Record<(typeof SUM_KEYS)[number], Fen>;

function yearPosition(
  balances: Balances,
  lines: readonly PositionLineRow[],
): Omit<Position, 'fund' | 'fiscalYear' | 'status' | 'illustrative' | 'asOf' | 'recordedAsOf'> {
  const sumsOfLines = lines.map((line) => ({ line, sums: lineSums(balances, line.id) }));
  const total = addUp(sumsOfLines.map(({ sums }) => sums));
  const linePositions = sumsOfLines.map(({ line, sums }): LinePosition => {
    const title = { zhHant: line.title_zh_hant, zhHans: line.title_zh_hans, en: line.title_en };
    return { line: line.code, title, ...amountsOf(sums, allottedOf(sums)) };
  });
  const allotted = allottedOf(total);
  // What came back in later years lapses without a line: it is the year's, not allotted to anybody.
  const lapsed = total.lapsed + balances.of(ACCOUNT.lapsed, null);
  return {
    appropriated: formatYuan(balances.of(ACCOUNT.appropriation, null)),
    adjusted: formatYuan(balances.of(ACCOUNT.adjustment, null)),
    receivedBack: formatYuan(balances.of(ACCOUNT.receivedBack, null)),
    unallotted: formatYuan(balances.of(ACCOUNT.unallotted, null)),
    ...amountsOf({ ...total, lapsed }, allotted),
    lines: linePositions,
  };
}

function lineSums(balances: Balances, lineId: number): Sums {
  const available = balances.of(ACCOUNT.available, lineId);
  return {
    available,
    reserved: balances.of(ACCOUNT.reserved, lineId),
    committed: balances.of(ACCOUNT.committed, lineId),
    disbursed: balances.of(ACCOUNT.disbursed, lineId),
    lapsed: balances.of(ACCOUNT.lapsed, lineId),
    carriedIn: balances.of(ACCOUNT.carriedIn, lineId),
    carriedOut: balances.of(ACCOUNT.carriedOut, lineId),
    overCommitted: available < 0n ? -available : 0n,
  };
}

function addUp(all: readonly Sums[]): Sums {
  const total: Sums = {
    available: 0n,
    reserved: 0n,
    committed: 0n,
    disbursed: 0n,
    lapsed: 0n,
    carriedIn: 0n,
    carriedOut: 0n,
    overCommitted: 0n,
  };
  for (const sums of all) for (const key of SUM_KEYS) total[key] += sums[key];
  return total;
}

/** 指標: available + reserved + committed + disbursed + lapsed + carried out (domain §4). */
function allottedOf(sums: Sums): Fen {
  return sums.available + sums.reserved + sums.committed + sums.disbursed + sums.lapsed + sums.carriedOut;
}

function amountsOf(sums: Sums, allotted: Fen): PositionAmounts {
  return {
    allotted: formatYuan(allotted),
    available: formatYuan(sums.available),
    reserved: formatYuan(sums.reserved),
    committed: formatYuan(sums.committed),
    disbursed: formatYuan(sums.disbursed),
    lapsed: formatYuan(sums.lapsed),
    carriedIn: formatYuan(sums.carriedIn),
    carriedOut: formatYuan(sums.carriedOut),
    overCommitted: formatYuan(sums.overCommitted),
    executionRate: ratio(sums.disbursed, allotted),
  };
}
