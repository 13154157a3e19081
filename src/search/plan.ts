import { integers, rowAsValue } from '../platform/database/columns.js';
import type { Sql } from '../platform/database/database.js';
import { countGrams, type SearchCell, type SearchScope } from './plan.sql.js';
import type { Sought } from './terms.js';

/**
 * How the rows of a list that match are found.
 * `none`: nothing can match. `by-grams`: the index of grams names all that match, which are then sorted. `in-order`: the list is read in
 * its order, in the cells where something may be found, and each row's text looked at, until a page is full: `budget` rows at most, after
 * which the grams are asked after all (what matches may stand together at the other end).
 */
export type SearchPlan =
  | { readonly how: 'none' }
  | (Matching & { readonly how: 'by-grams' })
  | (Matching & { readonly how: 'in-order'; readonly cells: readonly SearchCell[]; readonly budget: number });

/** What is looked for, and where. */
interface Matching {
  readonly scope: SearchScope;
  readonly sought: Sought;
}

/*
 * What a row costs, in microseconds on two cores with 1,000,000 texts: one that the grams name is read, checked and sorted; one that is
 * read in the list's order is passed over by its line, or has its text looked up.
 */
const NAMED = 3;
const PASSED = 1.5;
const LOOKED_AT = 6;
/** Rows in the list's order that are looked at for what should be there among so many; beyond, the counts were wrong for this order. */
const PATIENCE = 4;
const FEWEST_ROWS = 1_000;
const MOST_ROWS = 20_000;
/** Where several grams only tell how many match at most, they may be far fewer. */
const MOST_ROWS_UNSURE = 3_000;

/** Decides how a page of `limit` rows is found, by how many texts have the grams. */
export async function planSearch(sql: Sql, scope: SearchScope, sought: Sought, limit: number): Promise<SearchPlan> {
  const { all, rarest, cells } = await countGrams(sql, scope, sought.grams);
  const inScope = sum(cells, ({ texts }) => texts);
  const found = sum(cells, (cell) => cell.found);
  if (found === 0) return { how: 'none' };
  const lookedAt = (Math.min(limit, found) * inScope) / found;
  const passed = lookedAt * (all / inScope - 1);
  const ofScope = inScope * LOOKED_AT;
  const inOrder = lookedAt * LOOKED_AT + passed * PASSED;
  if (rarest * NAMED <= Math.min(inOrder, ofScope)) return { how: 'by-grams', scope, sought };
  const most = sought.grams.length === 1 ? MOST_ROWS : MOST_ROWS_UNSURE;
  const budget = ofScope <= inOrder ? inScope : Math.min(most, inScope, Math.max(FEWEST_ROWS, Math.ceil(lookedAt * PATIENCE)));
  return { how: 'in-order', scope, sought, cells, budget };
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

/** Binds a value, answers its parameter (`$3`). */
export type Bind = (value: unknown) => string;

/** A condition that keeps the rows that match: `row` is the alias of a table with `fund_id` and `id`. All matches are named first, then looked up. */
export function namedByGrams(row: string, { scope, sought }: Matching, bind: Bind): string {
  const grams = bind(integers(sought.grams, rowAsValue));
  return `${row}.id = ANY (ARRAY(
    SELECT g.id FROM search_gram g
     CROSS JOIN LATERAL (SELECT text FROM search_text WHERE fund_id = g.fund_id AND kind = g.kind AND id = g.id LIMIT 1) t
     WHERE g.kind = '${scope.kind}' AND g.grams @> ${grams}::integer[] AND g.fund_id = ANY (${bind(integers(scope.fundIds, rowAsValue))}::integer[])
       AND ${says('t.text', sought, bind)}))`;
}

/** The same row by row, by its text: a scalar subquery, as the planner would answer an EXISTS by reading all texts. */
export function saysSo(row: string, { scope, sought }: Matching, bind: Bind): string {
  return `(SELECT ${says('t.text', sought, bind)} FROM search_text t
            WHERE t.fund_id = ${row}.fund_id AND t.kind = '${scope.kind}' AND t.id = ${row}.id)`;
}

/** The same for a total: all texts are read, and those that match are joined. */
export function amongAll(row: string, { scope, sought }: Matching, bind: Bind): string {
  return `(${row}.fund_id, ${row}.id) IN (
    SELECT t.fund_id, t.id FROM search_text t WHERE t.fund_id = ANY (${bind(integers(scope.fundIds, rowAsValue))}::integer[])
       AND t.kind = '${scope.kind}' AND ${says('t.text', sought, bind)})`;
}

/** Whether a text says all that is sought. */
export function says(text: string, { terms }: Sought, bind: Bind): string {
  return terms.map((term) => `strpos(${text}, ${bind(term)}) > 0`).join(' AND ');
}
