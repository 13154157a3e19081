import type { Text } from '../../../kernel/index.js';
import { withMainlandWords } from './mainland-words.js';
import { toSimplified } from '../../simplified.js';

/** Languages that problems are told in. */
export const LANGUAGES = ['zh-Hant', 'zh-Hans', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const DEFAULT_LANGUAGE: Language = 'zh-Hant';
const HEADER_CACHE_LIMIT = 200;
const TEXT_CACHE_LIMIT = 2_000;
const HEADER_LENGTH_LIMIT = 1_000;

const byHeader = new Map<string, Language>();
const simplified = new Map<string, string>();

/** The best language for an `Accept-Language` header; Traditional Chinese when it names none of ours. */
export function languageOf(header: string | undefined): Language {
  if (header === undefined || header.length > HEADER_LENGTH_LIMIT) return DEFAULT_LANGUAGE;
  let language = byHeader.get(header);
  if (language === undefined) {
    language = negotiate(header);
    if (byHeader.size < HEADER_CACHE_LIMIT) byHeader.set(header, language);
  }
  return language;
}

function negotiate(header: string): Language {
  let best: Language | null = null;
  let bestQuality = 0;
  for (const range of header.split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const language = languageOfTag(tag);
    const quality = qualityOf(parameters);
    if (language !== null && quality > bestQuality) [best, bestQuality] = [language, quality];
  }
  return best ?? DEFAULT_LANGUAGE;
}

function languageOfTag(tag: string): Language | null {
  const [primary, ...subtags] = tag.split('-');
  if (tag === '*') return DEFAULT_LANGUAGE;
  if (primary === 'en') return 'en';
  if (primary !== 'zh') return null;
  if (subtags.includes('hant')) return 'zh-Hant';
  if (subtags.includes('hans') || subtags.includes('cn') || subtags.includes('sg')) return 'zh-Hans';
  return 'zh-Hant';
}

/** `q=0` and anything that isn't a quality refuse the language. */
function qualityOf(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  if (quality === undefined) return 1;
  return /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(quality) ? Number(quality.slice(2)) : 0;
}

/** A text in one language. Simplified is converted from Traditional; what was converted once is kept. */
export function textIn(text: Text, language: Language): string {
  if (language === 'en') return text.en;
  if (language === 'zh-Hant') return text.zh;
  const known = simplified.get(text.zh);
  if (known !== undefined) return known;
  const converted = withMainlandWords(toSimplified(text.zh));
  if (simplified.size < TEXT_CACHE_LIMIT) simplified.set(text.zh, converted);
  return converted;
}
