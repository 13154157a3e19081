/** What the bytes of a JSON text show before anything is built from them. */
export interface JsonScan {
  /** Deepest nesting of arrays and objects; 0 for a bare value. */
  readonly depth: number;
  /** Members of all objects, whatever their names. */
  readonly members: number;
  /**
   * A string may hold what no text should: a control character, a direction override, half of a surrogate pair, or a key that the bytes
   * don't show. Escapes but `\"`, `\\` and `\/` come here, and what is written out itself.
   */
  readonly isSuspect: boolean;
  /** Numbers so long, or with so large an exponent, that they may not be kept exactly: where, from and to. */
  readonly numbers: readonly (readonly [from: number, to: number])[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DELETE = 0x7f;
const OPENING = [0x5b, 0x7b] as const;
const CLOSING = [0x5d, 0x7d] as const;
/** Escapes of characters that stand for themselves. */
const PLAIN_ESCAPES = [0x22, 0x5c, 0x2f] as const;
/** A number of so many digits is kept exactly, with an exponent of as many digits. */
const EXACT = { digits: 15, exponentDigits: 2 } as const;

/** Reads the bytes once, without recursion and without judging the grammar, which the parser does. */
export function scanJson(bytes: Uint8Array): JsonScan {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  let isSuspect = false;
  let inString = false;
  const numbers: [number, number][] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === QUOTE) inString = false;
      else if (byte === BACKSLASH) {
        at++;
        const escaped = bytes[at];
        if (escaped !== PLAIN_ESCAPES[0] && escaped !== PLAIN_ESCAPES[1] && escaped !== PLAIN_ESCAPES[2]) isSuspect = true;
      } else if (byte >= DELETE && isOdd(bytes, at, byte)) isSuspect = true;
    } else if (byte === QUOTE) inString = true;
    else if (byte === COLON) members++;
    else if (byte === OPENING[0] || byte === OPENING[1]) {
      if (++depth > deepest) deepest = depth;
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) depth--;
    else if (byte === MINUS || isDigit(byte)) {
      const from = at;
      while (isOfNumber(bytes[at + 1])) at++;
      if (mayBeInexact(bytes, from, at)) numbers.push([from, at + 1]);
    }
  }
  return { depth: deepest, members, isSuspect, numbers };
}

/** In UTF-8: DEL, U+0080–U+009F, U+061C, U+200E and U+200F, U+202A–U+202E, U+2066–U+2069. */
function isOdd(bytes: Uint8Array, at: number, byte: number): boolean {
  if (byte === DELETE) return true;
  const [second = 0, third = 0] = [bytes[at + 1], bytes[at + 2]];
  if (byte === 0xc2) return second <= 0x9f;
  if (byte === 0xd8) return second === 0x9c;
  if (byte !== 0xe2) return false;
  if (second === 0x80) return third === 0x8e || third === 0x8f || (third >= 0xaa && third <= 0xae);
  return second === 0x81 && third >= 0xa6 && third <= 0xa9;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Digits, `+`, `-`, `.`, `E` and `e`. */
function isOfNumber(byte: number | undefined): boolean {
  return (
    byte !== undefined && (isDigit(byte) || byte === 0x2b || byte === MINUS || byte === 0x2e || byte === 0x45 || byte === 0x65)
  );
}

function mayBeInexact(bytes: Uint8Array, from: number, to: number): boolean {
  let digits = 0;
  let ofExponent = 0;
  let isExponent = false;
  for (let at = from; at <= to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x45 || byte === 0x65) isExponent = true;
    else if (!isDigit(byte)) continue;
    else if (isExponent) ofExponent++;
    else digits++;
  }
  return digits > EXACT.digits || ofExponent > EXACT.exponentDigits;
}
