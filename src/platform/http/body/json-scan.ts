/** What the bytes of a JSON text show before anything is built from them. */
export interface JsonScan {
  /** Deepest nesting of arrays and objects; 0 for a bare value. */
  readonly depth: number;
  /** A string holds the character U+0000. */
  readonly hasNul: boolean;
  /** A string holds a \u escape, by which half of a surrogate pair or a key that the bytes don't show can come in. */
  readonly hasUnicodeEscapes: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SMALL_U = 0x75;
const ZERO = 0x30;
const OPENING = [0x5b, 0x7b] as const;
const CLOSING = [0x5d, 0x7d] as const;

/** Reads the bytes once, without recursion and without judging the grammar, which the parser does. */
export function scanJson(bytes: Uint8Array): JsonScan {
  let depth = 0;
  let deepest = 0;
  let hasNul = false;
  let hasUnicodeEscapes = false;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === QUOTE) inString = false;
      else if (byte === BACKSLASH) {
        at++;
        if (bytes[at] === SMALL_U) {
          hasUnicodeEscapes = true;
          if (bytes[at + 1] === ZERO && bytes[at + 2] === ZERO && bytes[at + 3] === ZERO && bytes[at + 4] === ZERO) hasNul = true;
        }
      }
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPENING[0] || byte === OPENING[1]) {
      if (++depth > deepest) deepest = depth;
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) depth--;
  }
  return { depth: deepest, hasNul, hasUnicodeEscapes };
}

/**
 * Whether a parsed JSON value holds no ill-formed Unicode and no key that would poison a prototype when it is copied. The value's
 * depth is bounded by then.
 */
export function isWholesome(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && !poisons(key, member) && isWholesome(member));
}

function poisons(key: string, member: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}
