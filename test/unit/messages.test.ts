import traditional from 'opencc-js/dict/STCharacters';
import { textIn } from '../../src/platform/http/problems/language.js';
import { lineSeeds } from '../../src/budget/seed/seed-policy.js';
import { sourceTexts, type SourceText } from '../support/messages.js';

/*
 * Every text of the sources that people come to read, in three languages: no letters of another script, no placeholder left, no code or
 * wire name where a word is meant (style.md).
 */

const { chinese, english } = sourceTexts();

/** Names that every language writes so. */
const NAMES =
  /If-Match|Idempotency-Key|ETag|JSON|CSV|UUID|UTF-8|UTC|RFC|ASCII|Unicode|KiB|MiB|GB \d+|PCT|2016-03-01T08:00:00Z|illustrative|"2000000\.00"|JM-0132/g;

/** Characters that only Simplified Chinese has: each is written otherwise in Traditional, whatever the word. */
const SIMPLIFIED_ONLY = new Set(
  traditional
    .split('|')
    .map((pair) => pair.split(' '))
    .filter(([simplified = '', ...forms]) => !forms.includes(simplified))
    .map(([simplified = '']) => simplified)
    // 准 of leave and 游 of swimming are Traditional as well.
    .filter((character) => [...character].length === 1 && !'准游'.includes(character)),
);
/** Characters that only Traditional Chinese has. */
const TRADITIONAL_ONLY = /[電務產業區類發龍頭進應廣構機勵創際貿倉儲錄號項總額資預鎖開關門間閉對話處當與為無現實際錯誤權戶護]/u;

const shown = ({ file, line, text }: SourceText): string => `${file}:${line} ${text}`;
const failing = (texts: readonly SourceText[], isFaulty: (text: string) => boolean): string[] =>
  texts.filter(({ text }) => isFaulty(text)).map(shown);

/** Files whose texts are data: words of titles, names that are made up. */
const isMessage = ({ file }: SourceText): boolean =>
  !/parties\/projects\/|demonstration\/|platform\/http\/problems\/mainland-words|platform\/http\/openapi|cli\/|kernel\/dates/.test(
    file,
  );

const ours = chinese.filter(isMessage);

it('There are many of them', () => {
  expect(ours.length).toBeGreaterThan(300);
  expect(english.filter(isMessage).length).toBeGreaterThan(300);
});

it('Traditional holds no character that only Simplified has', () => {
  expect(failing(ours, (text) => [...text].some((character) => SIMPLIFIED_ONLY.has(character)))).toEqual([]);
});

it('Chinese holds no Latin words: no code, wire name or value', () => {
  expect(failing(ours, (text) => /[A-Za-z]{2,}/.test(text.replace(NAMES, '')))).toEqual([]);
});

it('English holds no Chinese, and no code in kebab or camel case', () => {
  const texts = english.filter(isMessage);
  expect(failing(texts, (text) => /\p{Script=Han}/u.test(text))).toEqual([]);
  const isCode = (text: string): boolean =>
    text
      .replace(NAMES, '')
      .split(/[\s,.:;()“”"`/?]+/)
      .some((word) => /^[a-z]+[A-Z]\w*$/.test(word));
  expect(failing(texts, isCode)).toEqual([]);
});

it('No text holds a placeholder, an undefined or an object', () => {
  for (const texts of [ours, english]) {
    expect(failing(texts, (text) => /\$\{|undefined|\[object|%s|\{\w+\}/.test(text))).toEqual([]);
  }
});

it('Simplified is Simplified throughout, with the words of the mainland', () => {
  const simplified = ours.map((one) => ({ ...one, text: textIn({ zh: one.text, en: '' }, 'zh-Hans') }));
  expect(failing(simplified, (text) => TRADITIONAL_ONLY.test(text))).toEqual([]);
  const FOREIGN = /栏位|字元|字串|物件|阵列|布林|位元|巢状|登入|支援|使用者|资料库|存取|伺服器|程式|网路|预设|档案/;
  expect(failing(simplified, (text) => FOREIGN.test(text))).toEqual([]);
  // What stands in quotation marks is somebody's name.
  expect(textIn({ zh: '「物件公司」的欄位', en: '' }, 'zh-Hans')).toBe('「物件公司」的字段');
});

it('Reasons of lines are told in words of their languages', () => {
  for (const { reason } of lineSeeds()) {
    if (reason === undefined) continue;
    expect(reason.zh).not.toMatch(/[A-Za-z]{2,}/);
    expect(reason.en).not.toMatch(/\p{Script=Han}/u);
  }
});
