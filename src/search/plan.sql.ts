import { integers, rowAsValue } from '../platform/database/columns.js';
import type { Sql, Statement } from '../platform/database/database.js';
import { ANY_GRAM } from './grams.js';
import type { Kind } from './kinds.js';

/** Where is searched. */
export interface SearchScope {
  readonly kind: Kind;
  readonly fundIds: readonly number[];
  /** Only texts of these lines; null: of all. */
  readonly lineIds: readonly number[] | null;
  /** Only texts of this fiscal year; null: of all. */
  readonly fiscalYear: number | null;
}

/** A fiscal year and line of a fund, with its texts. */
export interface SearchCell {
  readonly fundId: number;
  readonly fiscalYear: number;
  readonly lineId: number;
  /** How many texts it has. */
  readonly texts: number;
  /** How many of them have all grams, at most; of a single gram exactly. */
  readonly found: number;
}

/** What the counts say of a search. */
export interface SearchCounts {
  /** How many texts of the kind there are, in scope or not. */
  readonly all: number;
  /** How many have the rarest of the grams, in scope or not. */
  readonly rarest: number;
  /** Where in scope something may be found; empty: nowhere. */
  readonly cells: readonly SearchCell[];
}

/** $1 kind, $2 funds, $3 grams, $4 number of grams, $5 lines or null, $6 year or null. */
const COUNTS: Statement = {
  name: 'search.counts',
  plannedEachTime: true,
  text: `
    WITH counted AS MATERIALIZED (
      SELECT c.fund_id, c.fiscal_year, c.line_id, c.gram, c.texts FROM search_count c
       WHERE c.fund_id = ANY ($2::integer[]) AND c.kind = $1 AND c.gram = ANY ($3::integer[]) AND c.texts > 0),
    by_gram AS (SELECT sum(texts) AS texts FROM counted WHERE gram <> ${ANY_GRAM} GROUP BY gram),
    by_cell AS (
      SELECT fund_id, fiscal_year, line_id, max(texts) FILTER (WHERE gram = ${ANY_GRAM}) AS texts, min(texts) FILTER (WHERE gram <> ${ANY_GRAM}) AS found
        FROM counted WHERE ($5::integer[] IS NULL OR line_id = ANY ($5)) AND ($6::integer IS NULL OR fiscal_year = $6)
       GROUP BY fund_id, fiscal_year, line_id HAVING count(*) = $4 + 1)
    SELECT coalesce((SELECT sum(texts) FROM counted WHERE gram = ${ANY_GRAM}), 0)::integer AS all,
           coalesce((SELECT min(texts) FROM by_gram), 0)::integer AS rarest,
           coalesce((SELECT jsonb_agg(jsonb_build_object('fundId', fund_id, 'fiscalYear', fiscal_year, 'lineId', line_id, 'texts', texts, 'found', found))
                       FROM by_cell), '[]') AS cells`,
};

/** What is known of a search before it is made: one look-up for each gram. */
export async function countGrams(sql: Sql, scope: SearchScope, grams: readonly number[]): Promise<SearchCounts> {
  const { kind, fundIds, lineIds, fiscalYear } = scope;
  const [row] = await sql.rows<SearchCounts>(COUNTS, [
    kind,
    integers(fundIds, rowAsValue),
    integers([ANY_GRAM, ...grams], rowAsValue),
    grams.length,
    lineIds === null ? null : integers(lineIds, rowAsValue),
    fiscalYear,
  ]);
  if (row === undefined) throw new Error('An aggregate answers one row');
  return row;
}
