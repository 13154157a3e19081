const NEEDS_ESCAPE = /["\\\u0000-\u001f]/;
/** Up to so many keys an insertion sort is the fastest; beyond it would be quadratic. */
const INSERTION_SORT_KEYS = 24;
const KNOWN_KEYS_LIMIT = 500;
const knownKeys = new Map<string, string>();

/**
 * Canonical bytes of a JSON value as text (RFC 8785): keys sorted by UTF-16 code unit, no white space, numbers as ECMAScript writes
 * them. The value must come from JSON: well-formed strings, finite numbers, no cycles, and not deeper than the caller allows.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as Readonly<Record<string, unknown>>);
}

function canonicalArray(items: readonly unknown[]): string {
  let text = '[';
  for (let at = 0; at < items.length; at++) text += (at === 0 ? '' : ',') + canonicalJson(items[at]);
  return text + ']';
}

function canonicalObject(members: Readonly<Record<string, unknown>>): string {
  let text = '{';
  for (const key of sorted(Object.keys(members))) {
    const member = members[key];
    if (member !== undefined) text += (text === '{' ? '' : ',') + quoteKey(key) + ':' + canonicalJson(member);
  }
  return text + '}';
}

function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function quoteKey(key: string): string {
  let quoted = knownKeys.get(key);
  if (quoted === undefined) {
    quoted = quote(key);
    if (knownKeys.size < KNOWN_KEYS_LIMIT) knownKeys.set(key, quoted);
  }
  return quoted;
}

/** Sorts the keys where they stand. */
function sorted(keys: string[]): string[] {
  if (keys.length > INSERTION_SORT_KEYS) return keys.sort();
  for (let next = 1; next < keys.length; next++) {
    const key = keys[next] ?? '';
    let place = next;
    for (let before = keys[place - 1]; before !== undefined && before > key; before = keys[place - 1]) keys[place--] = before;
    keys[place] = key;
  }
  return keys;
}
