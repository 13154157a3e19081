import { DROPPED, FOLDED, IGNORED, LETTERS, MARKS } from './folding-table.js';

/** What one character is folded to, once what a text is compared by is made of it. */
const folded = new Map<number, string>();
for (const entry of FOLDED.split(' ')) {
  const [from = '', to = ''] = entry.split(':');
  folded.set(codePoint(from), String.fromCodePoint(...to.split(',').map(codePoint)));
}
/** What is not simply kept; letters, figures and the rest are not in here. */
const kinds = new Map<number, 'dropped' | 'ignored' | 'mark'>([
  ...inRanges(DROPPED).map((at) => [at, 'dropped'] as const),
  ...inRanges(IGNORED).map((at) => [at, 'ignored'] as const),
  ...inRanges(MARKS).map((at) => [at, 'mark'] as const),
]);
const letters: ReadonlySet<string> = new Set(
  LETTERS.split(' ').map((pair) => String.fromCodePoint(...pair.split(':').map(codePoint))),
);

const DIGIT = /^[0-9]$/;
/** Points that make a decimal of two numbers. */
const POINTS: ReadonlySet<string> = new Set(['.', '·', '・', '。', '•', '‧']);
const COMMAS: ReadonlySet<string> = new Set([',', '、']);

/**
 * A text as far as it tells one thing from another (domain §6): look-alikes, width, case and variants of a character are one; spaces,
 * punctuation, symbols and what doesn't show are gone, but for a separator between two digits: `.`, `,` or `-`.
 */
export function fold(text: string): string {
  let all = '';
  let last = '';
  let separator = '';
  for (const character of text) {
    const cp = character.codePointAt(0) ?? 0;
    for (const one of cp < 0x80 ? character.toLowerCase() : (folded.get(cp) ?? character)) {
      const kind = kinds.get(one.codePointAt(0) ?? 0);
      if (kind === undefined) {
        if (separator !== '') {
          if (DIGIT.test(one)) all += separator;
          separator = '';
        }
        all += one;
        last = one;
      } else if (kind === 'mark') {
        if (belongs(last, one)) all += one;
      } else if (kind === 'dropped' && separator === '' && DIGIT.test(last)) {
        separator = POINTS.has(one) ? '.' : COMMAS.has(one) ? ',' : '-';
      }
    }
  }
  return all;
}

/** Whether a mark makes another letter of what it stands on; on a Chinese character or a digit it is but decoration. */
function belongs(base: string, mark: string): boolean {
  const at = base.codePointAt(0) ?? 0;
  if (letters.has(base + mark)) return true;
  // Latin, Greek, Cyrillic, kana and Han have no others; elsewhere a mark is part of the writing.
  return at >= 0x0530 && at < 0x2e80;
}

function codePoint(text: string): number {
  return parseInt(text, 36);
}

function inRanges(ranges: string): number[] {
  return ranges.split(' ').flatMap((range) => {
    const [from = '', to = from] = range.split('-');
    return Array.from({ length: codePoint(to) - codePoint(from) + 1 }, (_, at) => codePoint(from) + at);
  });
}
