/**
 * PostgreSQL array literals for `unnest`. pg would escape every element of a JavaScript array with two regular expressions; on
 * the posting path most elements cannot need it.
 */

/** Of numbers, bigints, booleans, UUIDs, dates and words without special characters: nothing is escaped. */
export function plainArray(values: readonly (string | number | bigint | boolean | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : value)).join(',')}}`;
}

/** Of any texts (JSON included): each quoted, backslashes and quotes escaped. */
export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${escape(value)}"`)).join(',')}}`;
}

const SPECIAL = /["\\]/;

function escape(text: string): string {
  return SPECIAL.test(text) ? text.replace(/["\\]/g, '\\$&') : text;
}
