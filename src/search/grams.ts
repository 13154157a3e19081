/**
 * What texts are found by: every two neighbouring characters (Chinese has no spaces between words), and of Latin letters and digits every
 * four (two digits are in half of all texts: of a reference hardly anything but the whole would be left). Each is a number of 32 bits, as
 * arrays of integers are compared: two UTF-16 units, or 0xE0000000 and the four in base 36, where no pair of characters lies.
 */
const FOUR = 4;
const BASE = 36;
const BEYOND_FOUR = BASE ** (FOUR - 1);
const FOURS_FROM = 0xe0000000;

/** Everything has it: the number of all texts is kept under it. */
export const ANY_GRAM = 0;

/** The distinct grams of a text whose fields are apart by line ends. */
export function gramsOf(text: string): readonly number[] {
  const grams = new Set<number>([ANY_GRAM]);
  let before = LINE_END;
  let run = new Run();
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_END) run = new Run();
    else {
      if (before !== LINE_END) grams.add(pair(before, unit));
      const four = run.add(unit);
      if (four !== null) grams.add(four);
    }
    before = unit;
  }
  return [...grams];
}

/** The grams by which a term is looked for: fours where it has them, pairs elsewhere. Empty for a single character. */
export function gramsOfTerm(term: string): readonly number[] {
  const fours = new Map<number, number>();
  const run = new Run();
  for (let at = 0; at < term.length; at += 1) {
    const four = run.add(term.charCodeAt(at));
    if (four !== null) fours.set(at, four);
  }
  const grams = new Set(fours.values());
  for (let at = 1; at < term.length; at += 1) {
    const isWithin = [0, 1, 2].some((behind) => fours.has(at + behind));
    if (!isWithin) grams.add(pair(term.charCodeAt(at - 1), term.charCodeAt(at)));
  }
  return [...grams];
}

const LINE_END = '\n'.charCodeAt(0);

function pair(first: number, second: number): number {
  return (first << 16) | second;
}

/** Latin letters and digits that follow one another. */
class Run {
  private length = 0;
  private value = 0;

  /** Answers the gram of the last four with this one; null: there are no four. */
  add(unit: number): number | null {
    const digit = digitOf(unit);
    if (digit === null) {
      this.length = 0;
      return null;
    }
    this.length += 1;
    this.value = (this.value % BEYOND_FOUR) * BASE + digit;
    return this.length < FOUR ? null : (FOURS_FROM + this.value) | 0;
  }
}

/** 0–9, a–z as 0–35; null: neither. Texts are folded to lower case. */
function digitOf(unit: number): number | null {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61 + 10;
  return null;
}
