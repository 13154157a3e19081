import { invalid, type Problem } from '../kernel/index.js';
import { fold } from '../platform/folding/fold.js';
import { gramsOfTerm } from './grams.js';

/** Fewest characters that show in what is searched for: a single one is in most of all texts, and would find everything. */
const FEWEST_CHARACTERS = 2;

/** What is looked for. */
export interface Sought {
  /** Folded: each must stand somewhere in what is found. */
  readonly terms: readonly string[];
  /** Those of all terms; there is one at least. */
  readonly grams: readonly number[];
}

/** What separates the fields of a text; no term has it. */
export const FIELD_END = '\n';

/** What `fold` keeps between two digits, where it tells titles apart. Who searches for ZF-2016-000123 may leave it out. */
const SEPARATORS = /[.,-]/g;

/** A text as it is searched (domain §6): whatever its script, width, case, dashes and spaces. */
export function searched(text: string): string {
  return fold(text).replace(SEPARATORS, '');
}

/** The fields of something as one text to search in; empty ones, and what another one says already, are left out. */
export function searchedText(fields: readonly (string | null)[]): string {
  const folded = fields.flatMap((field) => (field === null ? [] : [searched(field)]));
  return [...new Set(folded.filter((field) => field !== ''))].join(FIELD_END);
}

/** The words of `q`, each of which must be found; refused (400, `/query/q`) where less than two characters show. */
export function soughtIn(q: string): Sought | Problem {
  const words = q
    .split(/\s+/u)
    .map(searched)
    .filter((word) => word !== '');
  const whole = words.join('');
  if ([...whole].length < FEWEST_CHARACTERS) {
    return invalid(
      '/query/q',
      '搜尋須有至少兩個可見字元(標點不計)',
      'Search for at least two characters that show, punctuation aside',
    );
  }
  const grams = [...new Set(words.flatMap(gramsOfTerm))];
  return grams.length > 0 ? { terms: words, grams } : { terms: [whole], grams: gramsOfTerm(whole) };
}
