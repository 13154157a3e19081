/** Money is integer fen (分), 1/100 yuan, always a bigint. */
export type Fen = bigint;

const YUAN = /^(\d{1,13})(?:\.(\d{1,2}))?$/;
const WRITTEN = /^-?\d+\.\d{2}$/;

/**
 * Reads a yuan string of the HTTP contract (`"2000000.00"`): 1 to 13 digits, optionally `.` and one or two decimals.
 * Answers fen, or `null` when the text is not of that form. Zero is read; whether it is allowed is the caller's rule.
 */
export function parseYuan(text: string): Fen | null {
  const match = YUAN.exec(text);
  if (match === null) return null;
  const [, yuan = '', decimals = ''] = match;
  return BigInt(yuan + decimals.padEnd(2, '0'));
}

/** Writes fen as yuan with two decimals: `-2000n` → `"-20.00"`. */
export function formatYuan(fen: Fen): string {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Fen of an amount that `formatYuan` wrote, which may be negative: `"-20.00"` → `-2000n`. Throws at any other text: it is no input. */
export function fenOf(written: string): Fen {
  if (!WRITTEN.test(written)) throw new Error(`${written} is no amount of ours`);
  return BigInt(written.replace('.', ''));
}

/** Fen as people read it in a sentence: `835966982n` → `"8,359,669.82"`. */
export function readableYuan(fen: Fen): string {
  return formatYuan(fen).replace(/\B(?=(?:\d{3})+\.)/g, ',');
}

/** The smaller of two amounts, in fen. */
export function minFen(left: Fen, right: Fen): Fen {
  return left < right ? left : right;
}

/** The larger of two amounts, in fen. */
export function maxFen(left: Fen, right: Fen): Fen {
  return left > right ? left : right;
}

/**
 * `part / whole` with four decimals, rounded half up as 四捨五入 does (a half goes away from zero), as the contract writes an execution
 * rate; 0 for an empty whole. Exact whatever the amounts: no number of limited precision is in between.
 */
export function ratio(part: Fen, whole: Fen): string {
  if (whole === 0n) return '0.0000';
  const [over, under] = [part < 0n ? -part : part, whole < 0n ? -whole : whole];
  const tenThousandths = (over * 20_000n + under) / (under * 2n);
  const isNegative = part < 0n !== whole < 0n && tenThousandths > 0n;
  const digits = tenThousandths.toString().padStart(5, '0');
  return `${isNegative ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
