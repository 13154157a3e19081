import type { Digest } from '../../kernel/index.js';
import { uniqueText, validFact, type Facts } from './check-line-rule.js';
import type { LineRule } from './line-rule.js';

/** Longest text that is a claim's key as it is, characters: an index takes no row of any length. */
const MAX_KEY_TEXT = 200;

/** What an award claims on its line by its unique facts (domain §5): only those that the rule asks for, and whose value passes. */
export function uniqueFactKeys(
  line: { readonly id: number; readonly rule: LineRule },
  facts: Facts,
  digest: Digest,
): readonly { readonly name: string; readonly key: string }[] {
  return (line.rule.uniqueFacts ?? []).flatMap((name) => {
    const value = validFact(line.rule, name, facts);
    return value === null ? [] : [{ name, key: `${line.id}|${name}|${keyText(uniqueText(value), digest)}` }];
  });
}

/** White space, as far as it shows: what the next expression drops is none. */
const SPACES = /[\s\u0085]+/gu;
/** What doesn't show and isn't white space either. */
const INVISIBLE = /(?![\t-\r\u0085])\p{Cc}|[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Whatever people type for a dash: hyphens, en and em dashes, the minus sign. */
const DASHES = /[\p{Pd}\u2212]/gu;

/**
 * A payment's or receipt's reference as its claim keys it (domain §6): what is typed by hand is compared whatever its width, case, dashes
 * and spaces, and what doesn't show. Empty when nothing shows. The reference itself is kept and shown as it was sent.
 */
export function referenceKey(reference: string, digest: Digest): string {
  const shown = reference.replace(INVISIBLE, '').normalize('NFKC');
  return keyText(shown.replace(DASHES, '-').replace(SPACES, '').toUpperCase(), digest);
}

/** The text, or where it is long its digest. No text that is a key has a colon after such a word. */
function keyText(text: string, digest: Digest): string {
  return text.length <= MAX_KEY_TEXT ? text : `sha256:${digest(text)}`;
}
