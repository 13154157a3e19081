import { inEitherScript } from '../../platform/either-script.js';

/*
 * Payments by what people type of them. References and names are compared whatever their width, case, dashes and spaces, in Traditional and in
 * Simplified alike (domain §6): 「zf 2016」 finds ZF-2016-000123, 「穗财支」 finds 穗財支〔2016〕000123.
 */

/** What is dropped before texts are compared, as a regular expression that JavaScript and PostgreSQL read alike: dashes, spaces, what doesn't show. */
const DROPPED =
  '[\\s\\u0085\\u00a0\\u1680\\u2000-\\u200f\\u2028\\u2029\\u202f\\u205f-\\u206f\\u3000\\u00ad\\ufe00-\\ufe0f\\ufeff' +
  '\\u058a\\u05be\\u1400\\u1806\\u2010-\\u2015\\u2e17\\u2e1a\\u2e3a\\u2e3b\\u2e40\\u301c\\u3030\\u30a0\\u2212-]+';

/** The texts of a payment `p` that are searched, folded; between them a character that no text has. */
const FOLDED = `regexp_replace(normalize(concat_ws(chr(1), p.payment_ref, p.voucher_no, p.payee_name), NFKC), '${DROPPED}', '', 'g')`;

/** The condition that a payment `p` is found, with the parameter that it compares by: that of `foundBy`. */
export function isFound(parameter: string): string {
  return `${FOLDED} ~* ${parameter}`;
}

/** What payments are compared by; null: nothing is left to look for, and nothing is found. */
export function foundBy(q: string): string | null {
  const folded = q.normalize('NFKC').replace(new RegExp(DROPPED, 'gu'), '');
  return folded === '' ? null : inEitherScript(folded);
}
