import { fold } from '../../platform/folding/fold.js';

/** What a project is told apart by: its title, and its own code where the enterprise gave one. */
export interface ProjectName {
  readonly title: string;
  readonly code: string | null;
}

/** The same thing by another word: the factory as Japanese writes it. */
const WORDS: readonly (readonly [string, string])[] = [['工场', '工厂']];
/** A place before the title that every project of the fund has (domain §6); 广州市场 is a market of 广州. */
const PLACES = /^(?:广东省|广州市(?!场))+(?=.)/u;
/** The number of a phase, a stage, a batch or a round, in Chinese or Roman figures. */
const PHASE = /第?(?:([〇零一二三四五六七八九十百]+)|(?<![a-z])([ivx]+)|([0-9]+))(期|阶段|批|轮|标段)/gu;
/** Thousands: 1,000 is 1000. */
const THOUSANDS = /(?<=\d),(?=\d{3}(?!\d))/g;

/**
 * The keys by which two awards of an enterprise and year are of the same project (domain §5): its title, and its code. Empty when nothing
 * is left of the title to compare: such a title is refused.
 */
export function projectKeys({ title, code }: ProjectName): readonly string[] {
  const normalised = normalisedTitle(title);
  if (normalised === '') return [];
  const ownCode = code === null ? '' : fold(code).replaceAll(',', '-');
  return ownCode === '' ? [`title:${normalised}`] : [`code:${ownCode}`, `title:${normalised}`];
}

/** A title as far as it tells projects apart (domain §6). */
export function normalisedTitle(title: string): string {
  let text = fold(title).replace(THOUSANDS, '').replaceAll(',', '-');
  for (const [from, to] of WORDS) text = text.replaceAll(from, to);
  text = text.replace(PLACES, '');
  return text.replace(PHASE, (_, chinese?: string, roman?: string, digits?: string, unit = '') => {
    const number = chinese !== undefined ? chineseNumber(chinese) : roman !== undefined ? romanNumber(roman) : (digits ?? '');
    return `${number}${unit}`;
  });
}

const CHINESE_DIGITS = '零一二三四五六七八九';

/** 一 to 九百九十九; figures without 十 and 百 stand one for one (二〇 is 20). */
function chineseNumber(text: string): string {
  const figures = text.replaceAll('〇', '零');
  if (!/[十百]/u.test(figures)) return [...figures].map((figure) => CHINESE_DIGITS.indexOf(figure)).join('');
  let sum = 0;
  let figure = 0;
  for (const one of figures) {
    if (one === '百' || one === '十') {
      sum += Math.max(figure, 1) * (one === '百' ? 100 : 10);
      figure = 0;
    } else figure = CHINESE_DIGITS.indexOf(one);
  }
  return String(sum + figure);
}

/** i to xxxix. */
function romanNumber(text: string): string {
  const values: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 };
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const value = values[text[at] ?? ''] ?? 0;
    sum += value < (values[text[at + 1] ?? ''] ?? 0) ? -value : value;
  }
  return String(sum);
}
