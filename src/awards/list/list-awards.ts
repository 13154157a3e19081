import { accepted, agencyScope, parseYuan, refused, type Actor, type Result } from '../../kernel/index.js';
import type { AwardRecord } from '../../ledger/index.js';
import type { Database, Sql } from '../../platform/database/database.js';
import { planSearch, soughtIn, type SearchPlan, type Sought } from '../../search/index.js';
import type { AwardQuery } from './award-query.dto.js';
import {
  isBeyondBudget,
  linesWanted,
  listedFunds,
  pageOf,
  rangesOf,
  readListed,
  totalsOf,
  type After,
  type AwardFilters,
  type AwardList,
  type AwardTotals,
  type ListedFund,
} from './list-awards.sql.js';

/** What of a query chooses the rows and their order: a cursor is bound to it. */
export function boundBy(query: AwardQuery, actor: Actor): Readonly<Record<string, unknown>> {
  const { limit: _limit, cursor: _cursor, totals: _totals, ...chosen } = query;
  return { list: 'awards', scope: agencyScope(actor), ...chosen };
}

/** A page of awards: one more than asked for, where there are more. */
export interface ListedAwards {
  readonly rows: readonly { readonly award: AwardRecord; readonly after: After }[];
  /** Null: not asked for. */
  readonly totals: AwardTotals | null;
}

/** Lists what the actor may see of what the query chooses, from after an award on; refused where what is searched for is too short. */
export async function listAwards(
  database: Database,
  query: AwardQuery,
  actor: Actor,
  after: After | null,
): Promise<Result<ListedAwards>> {
  const sought = query.q === undefined ? null : soughtIn(query.q);
  if (sought !== null && 'code' in sought) return refused(sought);
  const funds = await listedFunds(database, {
    fund: query.fund ?? null,
    line: query.line ?? null,
    scope: agencyScope(actor),
    agency: query.agency ?? null,
  });
  const filters: AwardFilters = {
    status: query.status ?? null,
    onHold: query.onHold ?? null,
    demanded: query.demanded ?? null,
    enterprise: query.enterprise ?? null,
    approvedFrom: query.approvedFrom ?? null,
    approvedTo: query.approvedTo ?? null,
    minFen: fenOf(query.minAmount),
    maxFen: fenOf(query.maxAmount),
  };
  const { sort = 'recordedAt', fiscalYear = null } = query;
  const limit = query.limit + 1;
  const plan = sought === null ? null : await planOf(database, funds, fiscalYear, sought, limit);
  const list: AwardList = { funds, fiscalYear, filters, sort, plan };
  const page = await filledPage(database, list, after, limit);
  const awards = await readListed(
    database,
    funds,
    page.map(({ id }) => id),
  );
  const afterOf = new Map(page.map((one) => [one.id, one]));
  const totals = query.totals === true ? await database.transaction((tx) => totalsOf(tx, list)) : null;
  return accepted({
    rows: awards.map((award) => ({ award, after: afterOf.get(award.id) ?? { key: '', id: award.id } })),
    totals,
  });
}

function planOf(
  database: Database,
  funds: readonly ListedFund[],
  fiscalYear: number | null,
  sought: Sought,
  limit: number,
): Promise<SearchPlan> {
  const fundIds = funds.map(({ fundId }) => fundId);
  const scope = { kind: 'award', fundIds, lineIds: linesWanted(funds), fiscalYear } as const;
  return planSearch(database, scope, sought, limit);
}

/**
 * A page for which the list was read in its order is asked of the grams after all where a part of the list was not read as far as the page
 * goes: what matches may stand beyond the rows that were looked at.
 */
export async function filledPage(database: Sql, list: AwardList, after: After | null, limit: number): Promise<After[]> {
  const { plan } = list;
  const page = await pageOf(database, list, after, limit);
  if (plan?.how !== 'in-order') return page;
  const isFull = page.length === limit;
  // Of a single part a full page holds all that matches down to its last award.
  if (isFull && rangesOf(list).length === 1) return page;
  const last = isFull ? (page.at(-1) ?? null) : null;
  if (!(await isBeyondBudget(database, list, { after, last, budget: plan.budget }))) return page;
  return pageOf(database, { ...list, plan: { ...plan, how: 'by-grams' } }, after, limit);
}

function fenOf(amount: string | undefined): bigint | null {
  return amount === undefined ? null : parseYuan(amount);
}

/** Where the page before ended, from its cursor's text; null: this is the first. */
export function afterOf(cursor: string | null): After | null {
  if (cursor === null) return null;
  const at = cursor.lastIndexOf('|');
  return { key: cursor.slice(0, at), id: cursor.slice(at + 1) };
}

/** The cursor's text for an award. */
export function cursorOf({ key, id }: After): string {
  return `${key}|${id}`;
}
