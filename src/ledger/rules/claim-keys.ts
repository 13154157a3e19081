import type { Digest } from '../../kernel/index.js';
import { uniqueText, validFact, type Facts } from './check-line-rule.js';
import { factKey, personKey } from './one-subsidy.js';
import type { LineRule } from './line-rule.js';

/** Longest text that is a claim's key as it is, characters: an index takes no row of any length. */
const MAX_KEY_TEXT = 200;

/** What an award claims for the fund's life by its unique facts (domain §5), whatever its line: only those that the rule asks for, and whose value passes. */
export function uniqueFactKeys(
  rule: LineRule,
  facts: Facts,
  digest: Digest,
): readonly { readonly name: string; readonly key: string }[] {
  return uniqueFacts(rule, facts, digest).map(({ name, value }) => ({ name, key: `${name}|${value}` }));
}

function uniqueFacts(rule: LineRule, facts: Facts, digest: Digest): readonly { name: string; value: string }[] {
  return (rule.uniqueFacts ?? []).flatMap((name) => {
    const value = validFact(rule, name, facts);
    return value === null ? [] : [{ name, value: keyText(uniqueText(value), digest) }];
  });
}

/** All keys of an award (domain §5): `ofProject`, its code and its title, with its unique facts and its person. */
export function awardKeys(
  ofProject: readonly string[],
  rule: LineRule,
  { facts, identityHash }: { readonly facts: Facts; readonly identityHash: string | null },
  digest: Digest,
): readonly string[] {
  return [
    ...ofProject.map((key) => keyText(key, digest)),
    ...uniqueFacts(rule, facts, digest).map(({ name, value }) => factKey(name, value)),
    ...(identityHash === null ? [] : [personKey(identityHash)]),
  ];
}

/** White space, as far as it shows: what the next expression drops is none. */
const SPACES = /[\s\u0085]+/gu;
/** What doesn't show and isn't white space either. */
const INVISIBLE = /(?![\t-\r\u0085])\p{Cc}|[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Whatever people type for a dash: hyphens, en and em dashes, the minus sign. */
const DASHES = /[\p{Pd}\u2212]/gu;

/** Characters that folding changes, or may: what holds none of them, as most numbers of documents, is folded as it is. JavaScript and PostgreSQL read it alike. */
export const MAY_FOLD = '[^!-`{-~\u3014\u3015\u4e00-\u9fff]';
const FOLDS = new RegExp(MAY_FOLD);

/**
 * A payment's or receipt's reference as its claim keys it (domain §6): what is typed by hand is compared whatever its width, case, dashes
 * and spaces, and what doesn't show. Empty when nothing shows. The reference itself is kept and shown as it was sent.
 */
export function referenceKey(reference: string, digest: Digest): string {
  if (!FOLDS.test(reference)) return keyText(reference, digest);
  const shown = reference.replace(INVISIBLE, '').normalize('NFKC');
  return keyText(shown.replace(DASHES, '-').replace(SPACES, '').toUpperCase(), digest);
}

/** The text, or where it is long its digest behind the word that it begins with. */
function keyText(text: string, digest: Digest): string {
  if (text.length <= MAX_KEY_TEXT) return text;
  const word = /^(?:code|title):/.exec(text)?.[0] ?? '';
  return `${word}sha256:${digest(text)}`;
}
