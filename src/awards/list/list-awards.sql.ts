import { awardRecordOf, SELECT_AWARDS, type AwardAmounts, type AwardRecord, type AwardRecordRow } from '../../ledger/index.js';
import { integers, rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { amongAll, namedByGrams, saysSo, type Bind, type SearchPlan } from '../../search/index.js';
import type { AwardStatus } from '../award-status.js';
import type { AwardSort } from './award-query.dto.js';

/** What chooses the rows of a list of awards, beside where they lie and what is searched for. Amounts are fen. */
export interface AwardFilters {
  readonly status: AwardStatus | null;
  readonly onHold: boolean | null;
  readonly demanded: boolean | null;
  readonly enterprise: string | null;
  readonly approvedFrom: string | null;
  readonly approvedTo: string | null;
  readonly minFen: bigint | null;
  readonly maxFen: bigint | null;
}

/** Where the awards of a list lie: in a fund, in years of it, on lines of it. */
export interface ListedFund {
  readonly fundId: number;
  /** Its fiscal years. */
  readonly years: readonly number[];
  /** The lines wanted. */
  readonly lineIds: readonly number[];
  /** Whether other lines of it are not wanted. */
  readonly isPart: boolean;
}

/** $1 fund or null, $2 line or null, $3 agencies of the reader or null, $4 agency or null. */
const FUNDS: Statement = {
  name: 'awards.listed-funds',
  text: `SELECT f.id AS "fundId", ARRAY(SELECT year FROM fiscal_year WHERE fund_id = f.id ORDER BY year) AS years,
                ARRAY(SELECT id FROM programme_line l WHERE l.fund_id = f.id AND ($2::text IS NULL OR l.code = $2)
                         AND ($3::text[] IS NULL OR l.lead_agencies && $3) AND ($4::text IS NULL OR $4 = ANY (l.lead_agencies))) AS "lineIds",
                $2::text IS NOT NULL OR $3::text[] IS NOT NULL OR $4::text IS NOT NULL AS "isPart"
           FROM fund f WHERE $1::text IS NULL OR f.code = $1 ORDER BY f.id`,
};

/** The funds, and their lines, that a list is of. */
export function listedFunds(
  sql: Sql,
  where: { fund: string | null; line: string | null; scope: readonly string[] | null; agency: string | null },
): Promise<ListedFund[]> {
  return sql.rows<ListedFund>(FUNDS, [where.fund, where.line, where.scope, where.agency]);
}

const STATUS: Readonly<Record<AwardStatus, string>> = {
  disbursed: 'a.disbursed_fen > 0',
  committed: 'a.disbursed_fen = 0 AND a.committed_fen > 0',
  reserved: 'a.disbursed_fen = 0 AND a.committed_fen = 0 AND a.reserved_fen > 0',
  recovered: 'NOT a.live AND a.recovered_fen > 0',
  released: 'NOT a.live AND a.recovered_fen = 0',
};

/** By which columns each order goes: what it is sorted by, if it isn't the id alone. */
const SORTS: Readonly<Record<AwardSort, { readonly column: string; readonly type: string } | null>> = {
  recordedAt: null,
  amount: { column: 'a.awarded_fen', type: 'bigint' },
  approvedOn: { column: 'a.approved_on', type: 'date' },
};

/** Where a page begins: after this award of the page before. */
export interface After {
  readonly key: string;
  readonly id: string;
}

/** A part of the list that an index gives in its order: a fund, or a year of it, or a line of a year. */
interface Range {
  readonly fundId: number;
  readonly fiscalYear: number | null;
  readonly lineId: number | null;
}

/** What is listed. */
export interface AwardList {
  readonly funds: readonly ListedFund[];
  readonly fiscalYear: number | null;
  readonly filters: AwardFilters;
  readonly sort: AwardSort;
  /** Null: nothing is searched for. */
  readonly plan: SearchPlan | null;
}

/** The awards of a page in its order, with what they are sorted by; those after an award. */
export async function pageOf(sql: Sql, list: AwardList, after: After | null, limit: number): Promise<After[]> {
  const { plan } = list;
  if (plan?.how === 'none') return [];
  const { values, bind } = binder();
  const { ranges, rows, order } = rowsOf(list, after, bind);
  const page = `${order} LIMIT ${bind(limit)}`;
  const ofRange =
    plan?.how === 'in-order'
      ? `SELECT * FROM (${rows} LIMIT ${bind(plan.budget)}) b WHERE ${saysSo('b', plan, bind)} ${page}`
      : `${rows} LIMIT ${bind(limit)}`;
  return sql.rows<After>(`SELECT c.key, c.id FROM ${ranges} CROSS JOIN LATERAL (${ofRange}) c ${page}`, values);
}

/**
 * Whether in some part more rows than the plan's budget lie before the page's last award (null: in all of the part): what matches there may
 * not have been looked at.
 */
export async function isBeyondBudget(
  sql: Sql,
  list: AwardList,
  { after, last, budget }: { readonly after: After | null; readonly last: After | null; readonly budget: number },
): Promise<boolean> {
  const { values, bind } = binder();
  const { ranges, rows } = rowsOf(list, after, bind, last);
  const [row] = await sql.rows<{ most: bigint | null }>(
    `SELECT max(c.count) AS most FROM ${ranges} CROSS JOIN LATERAL (SELECT count(*) FROM (${rows} LIMIT ${bind(budget)}) b) c`,
    values,
  );
  return BigInt(row?.most ?? 0) >= BigInt(budget);
}

/** The parts `r` of the list, and of one of them the rows in order, down to the last given; the order of the rows of all parts. */
function rowsOf(list: AwardList, after: After | null, bind: Bind, last: After | null = null) {
  const by = SORTS[list.sort];
  const ranges = rangesOf(list);
  const conditions = [
    ...conditionsOf(list, bind),
    'a.fund_id = r.fund_id',
    ...(ranges.every(({ fiscalYear }) => fiscalYear === null) ? [] : ['a.fiscal_year = r.fiscal_year']),
    ...(ranges.every(({ lineId }) => lineId === null) ? [] : ['a.line_id = r.line_id']),
  ];
  // What matches lies in these years alone; nothing is approved after the end of its year, so that later days need not be read.
  const years = [...new Set(list.funds.flatMap((fund) => yearsWanted(list, fund)))];
  if (list.plan?.how === 'in-order' && years.length < new Set(list.funds.flatMap((fund) => fund.years)).size)
    conditions.push(`a.fiscal_year = ANY (${bind(integers(years, rowAsValue))}::integer[])`);
  if (list.sort === 'approvedOn' && years.length > 0)
    conditions.push(`a.approved_on <= ${bind(`${Math.max(...years)}-12-31`)}::date`);
  const place = by === null ? 'a.id' : `(${by.column}, a.id)`;
  const placeOf = ({ key, id }: After): string =>
    by === null ? `${bind(id)}::uuid` : `(${bind(key)}::${by.type}, ${bind(id)}::uuid)`;
  if (after !== null) conditions.push(`${place} < ${placeOf(after)}`);
  if (last !== null) conditions.push(`${place} >= ${placeOf(last)}`);
  if (list.plan?.how === 'by-grams') conditions.push(namedByGrams('a', list.plan, bind));
  const columns = by === null ? `NULL AS sorted_by, '' AS key` : `${by.column} AS sorted_by, ${by.column}::text AS key`;
  const parts = [
    integers(ranges, ({ fundId }) => fundId),
    integers(ranges, ({ fiscalYear }) => fiscalYear),
    integers(ranges, ({ lineId }) => lineId),
  ].map((column) => `${bind(column)}::integer[]`);
  return {
    ranges: `unnest(${parts.join(', ')}) AS r (fund_id, fiscal_year, line_id)`,
    rows: `SELECT a.fund_id, a.id, ${columns} FROM award a WHERE ${conditions.join(' AND ')}
            ORDER BY ${by === null ? '' : `${by.column} DESC, `}a.id DESC`,
    order: `ORDER BY ${by === null ? '' : 'sorted_by DESC, '}id DESC`,
  };
}

/**
 * The parts that are read: all of each fund, in the order of an index. By id a list of some years is read line by line, as what it leaves
 * out may be half of all. All parts are of one kind: of a fund, or of a line and year.
 */
export function rangesOf(list: AwardList): Range[] {
  const { funds, sort, plan } = list;
  const isWhole =
    plan?.how === 'by-grams' ||
    sort !== 'recordedAt' ||
    funds.every((fund) => yearsWanted(list, fund).length === fund.years.length);
  if (isWhole) return funds.map(({ fundId }) => ({ fundId, fiscalYear: null, lineId: null }));
  return funds.flatMap((fund): Range[] => {
    if (plan?.how === 'in-order') return cellsOf(plan.cells, fund.fundId);
    return yearsWanted(list, fund).flatMap((fiscalYear) =>
      fund.lineIds.map((lineId) => ({ fundId: fund.fundId, fiscalYear, lineId })),
    );
  });
}

/** The years of a fund in which something may be listed. */
function yearsWanted(
  { fiscalYear, plan }: AwardList,
  { fundId, years }: Pick<ListedFund, 'fundId' | 'years'>,
): readonly number[] {
  if (plan?.how === 'in-order') return yearsOf(cellsOf(plan.cells, fundId));
  return years.filter((year) => fiscalYear === null || year === fiscalYear);
}

function cellsOf(cells: readonly Range[], ofFund: number): Range[] {
  return cells
    .filter(({ fundId }) => fundId === ofFund)
    .map(({ fundId, fiscalYear, lineId }) => ({ fundId, fiscalYear, lineId }));
}

function yearsOf(cells: readonly Range[]): readonly number[] {
  return [...new Set(cells.flatMap(({ fiscalYear }) => fiscalYear ?? []))];
}

/** The lines that a list is kept to; null: it is of all. */
export function linesWanted(funds: readonly ListedFund[]): readonly number[] | null {
  return funds.some(({ isPart }) => isPart) ? funds.flatMap(({ lineIds }) => lineIds) : null;
}

/** Conditions on an award `a`. */
function conditionsOf({ funds, fiscalYear, filters }: AwardList, bind: Bind): string[] {
  const conditions: string[] = [];
  const where = (condition: (parameter: string) => string, value: unknown): void => {
    if (value !== null) conditions.push(condition(bind(value)));
  };
  const lineIds = linesWanted(funds);
  if (lineIds !== null) conditions.push(`a.line_id = ANY (${bind(integers(lineIds, rowAsValue))}::integer[])`);
  where((p) => `a.fiscal_year = ${p}`, fiscalYear);
  where((p) => `(a.on_hold OR a.rule_hold OR a.reward_hold) = ${p}`, filters.onHold);
  // With whom was merged into it.
  where(
    (p) => `a.enterprise_id = ANY (ARRAY(SELECT ${p}::uuid UNION ALL SELECT id FROM enterprise WHERE root_id = ${p}::uuid))`,
    filters.enterprise,
  );
  where((p) => `a.approved_on >= ${p}::date`, filters.approvedFrom);
  where((p) => `a.approved_on <= ${p}::date`, filters.approvedTo);
  where((p) => `a.awarded_fen >= ${p}`, filters.minFen);
  where((p) => `a.awarded_fen <= ${p}`, filters.maxFen);
  if (filters.status !== null) conditions.push(STATUS[filters.status]);
  if (filters.demanded !== null) {
    const demanded = `a.id = ANY (ARRAY(SELECT award_id FROM recovery_demand WHERE received_fen < demanded_fen))`;
    conditions.push(filters.demanded ? demanded : `NOT ${demanded}`);
  }
  return conditions;
}

const READ: Statement = {
  name: 'awards.read-listed',
  plannedEachTime: true,
  text: `${SELECT_AWARDS} WHERE a.fund_id = ANY ($1::integer[]) AND a.id = ANY ($2::uuid[])`,
};

/** Awards as they are listed, in the order of the ids given. */
export async function readListed(sql: Sql, funds: readonly ListedFund[], ids: readonly string[]): Promise<AwardRecord[]> {
  if (ids.length === 0) return [];
  const rows = await sql.rows<AwardRecordRow>(READ, [integers(funds, ({ fundId }) => fundId), uuids(ids, rowAsValue)]);
  const byId = new Map(rows.map((row) => [row.award_id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [awardRecordOf(row)];
  });
}

/** Sums over awards, fen. */
export type AwardTotals = AwardAmounts & { readonly count: number };

const SUMS = (['awarded', 'reserved', 'committed', 'disbursed', 'released', 'recovered'] as const)
  .map((stage) => `coalesce(sum(a.${stage}_fen), 0)::bigint AS ${stage}`)
  .join(', ');

/** For a total: memory, so that a million texts are joined without files, and no compilation, which takes as long as it saves. */
const FOR_TOTALS = `SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`;
/** Nothing chosen, nothing summed. */
const NOTHING: AwardTotals = { count: 0, awarded: 0n, reserved: 0n, committed: 0n, disbursed: 0n, released: 0n, recovered: 0n };

/** Totals of everything listed; call it within a transaction of its own. */
export async function totalsOf(tx: Sql, list: AwardList): Promise<AwardTotals> {
  const { plan, funds } = list;
  if (plan?.how === 'none') return NOTHING;
  const { values, bind } = binder();
  const conditions = [
    `a.fund_id = ANY (${bind(integers(funds, ({ fundId }) => fundId))}::integer[])`,
    ...conditionsOf(list, bind),
  ];
  if (plan?.how === 'by-grams') conditions.push(namedByGrams('a', plan, bind));
  if (plan?.how === 'in-order') conditions.push(amongAll('a', plan, bind));
  await tx.rows(FOR_TOTALS);
  const [row] = await tx.rows<AwardTotals>(
    `SELECT count(*)::integer AS count, ${SUMS} FROM award a WHERE ${conditions.join(' AND ')}`,
    values,
  );
  return row ?? NOTHING;
}

function binder(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}
