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
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const [key, member] of sortedEntries(value)) {
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoteKey(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
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

function sortedEntries(value: object): [string, unknown][] {
  const entries = Object.entries(value) as [string, unknown][];
  if (entries.length > INSERTION_SORT_KEYS) return entries.sort(([left], [right]) => (left < right ? -1 : 1));
  for (let sorted = 1; sorted < entries.length; sorted++) {
    const entry = entries[sorted];
    if (entry === undefined) break;
    let place = sorted - 1;
    for (let before = entries[place]; before !== undefined && before[0] > entry[0]; before = entries[place]) {
      entries[place + 1] = before;
      place--;
    }
    entries[place + 1] = entry;
  }
  return entries;
}
