import {
  compareDecimals,
  readableYuan,
  isBusinessDate,
  minFen,
  multiplyDown,
  parseDecimal,
  parseYuan,
  problem,
  type Fen,
  type Problem,
  type ProblemPlace,
  type Text,
} from '../../kernel/index.js';
import type { FactRule, FactValue, LineRule } from './line-rule.js';

/** Facts as the officer stated them. */
export type Facts = Readonly<Record<string, unknown>>;

/** Refused because the amount or the facts break the line's rule, each place with a pointer (domain §5, Line rules). */
export function checkLineRule(rule: LineRule, amountFen: Fen, facts: Facts): Problem | null {
  return violationOf(rule, faultyFacts(rule, facts), amountFen, facts);
}

/** The same of a reservation, which states no fact that the rule does not ask for, or not in this case. */
export function checkReservation(rule: LineRule, amountFen: Fen, facts: Facts): Problem | null {
  return violationOf(rule, [...faultyFacts(rule, facts), ...uncalledFacts(rule, facts)], amountFen, facts);
}

function violationOf(rule: LineRule, faults: readonly ProblemPlace[], amountFen: Fen, facts: Facts): Problem | null {
  if (faults.length > 0) return violation('facts', faults);
  const faultyAmount = checkAmount(rule, amountFen, facts);
  return faultyAmount === null ? null : violation(`amount-${rule.amount.kind}`, [faultyAmount]);
}

function faultyFacts(rule: LineRule, facts: Facts): ProblemPlace[] {
  return rule.facts.flatMap((fact) => checkFact(rule, fact, facts));
}

/**
 * How a live award breaks its line's rule of now; null: it doesn't. What was released or recovered counts no more: an award cut down to what
 * the rule allows is in order. Amounts in fen.
 */
export function brokenRule(
  rule: LineRule,
  award: { readonly awarded: Fen; readonly net: Fen; readonly facts: Facts },
): Problem | null {
  const broken = checkLineRule(rule, award.awarded, award.facts);
  return broken === null || checkLineRule(rule, award.net, award.facts) === null ? null : broken;
}

/** A `line-rule-violated` refusal: which rule, and where. */
export function violation(rule: string, errors: readonly ProblemPlace[], extras: Record<string, unknown> = {}): Problem {
  const zh = errors.map((place) => place.detail.zh).join(';');
  const en = errors.map((place) => place.detail.en).join('; ');
  return problem('line-rule-violated', zh, en, { errors, extras: { rule, ...extras } });
}

/** One faulty place. */
export function place(pointer: string, zh: string, en: string): ProblemPlace {
  return { pointer, detail: { zh, en } };
}

/** The fact's value, where the rule asks for it, it is stated and it passes; else null. */
export function validFact(rule: LineRule, name: string, facts: Facts): unknown {
  const fact = rule.facts.find((one) => one.name === name);
  if (fact === undefined || !isAsked(fact, facts) || checkFact(rule, fact, facts).length > 0) return null;
  return Object.hasOwn(facts, name) ? (facts[name] ?? null) : null;
}

function isAsked({ when }: FactRule, facts: Facts): boolean {
  return when === undefined || allowedValues(when.equals).some((value) => sameFact(facts[when.fact], value));
}

/** Facts stated though nobody asks for them: what a reader would take for a reason of the award. */
function uncalledFacts(rule: LineRule, facts: Facts): ProblemPlace[] {
  return Object.keys(facts).flatMap((name) => {
    const fact = rule.facts.find((one) => one.name === name);
    if (fact === undefined) return [place(pointerTo(name), '本支出方向不要求此項資料', 'The line does not ask for this')];
    if (fact.when === undefined || isAsked(fact, facts)) return [];
    const { fact: other, equals } = fact.when;
    const condition = rule.facts.find((one) => one.name === other);
    const [name_, only] = [nameOf(fact), condition === undefined ? { zh: '', en: '' } : nameOf(condition)];
    const values = listed(condition, allowedValues(equals));
    return [
      place(
        pointerTo(name),
        `${name_.zh}只在${only.zh}為${values.zh}時填寫`,
        `${name_.en} is stated only where ${only.en} is ${values.en}`,
      ),
    ];
  });
}

function pointerTo(name: string): string {
  return `/facts/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function nameOf({ title }: FactRule): Text {
  return { zh: `「${title.zhHant}」`, en: `“${title.en}”` };
}

function allowedValues(equals: FactValue | readonly FactValue[]): readonly FactValue[] {
  return Array.isArray(equals) ? (equals as readonly FactValue[]) : [equals as FactValue];
}

/** Values as people read them: by their label where they have one. */
function listed(fact: FactRule | undefined, values: readonly FactValue[]): Text {
  const texts = values.map((value) => labelled(fact, value));
  return { zh: texts.map(({ zh }) => zh).join('或'), en: texts.map(({ en }) => en).join(' or ') };
}

function labelled(fact: FactRule | undefined, value: FactValue): Text {
  if (typeof value === 'boolean') return value ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' };
  const label = fact?.labels?.[String(value)];
  return label === undefined
    ? { zh: `「${String(value)}」`, en: `“${String(value)}”` }
    : { zh: `「${label.zhHant}」`, en: `“${label.en}”` };
}

function checkFact(rule: LineRule, fact: FactRule, facts: Facts): ProblemPlace[] {
  if (!isAsked(fact, facts)) return [];
  const value = Object.hasOwn(facts, fact.name) ? facts[fact.name] : undefined;
  const name = nameOf(fact);
  const fault = (zh: string, en: string): ProblemPlace[] => [place(pointerTo(fact.name), `${name.zh}${zh}`, `${name.en} ${en}`)];
  if (value === undefined || value === null) return fact.required ? fault('須說明', 'must be stated') : [];
  if (!hasType(fact, value)) {
    const type = TYPE_NAMES[fact.type];
    return fault(`須為${type.zh}`, `must be ${type.en}`);
  }
  if (fact.equals !== undefined) {
    const allowed = allowedValues(fact.equals);
    if (!allowed.some((one) => sameFact(value, one))) {
      const list = listed(fact, allowed);
      return fault(`須為${list.zh}`, `must be ${list.en}`).map((one) => ({ ...one, allowed }));
    }
  }
  if (fact.min !== undefined && compareFact(fact, value, fact.min) < 0) {
    const least = boundText(fact, fact.min);
    return fact.type === 'text'
      ? fault(`至少須有 ${least} 個字元`, `must have at least ${least} characters`)
      : fault(`不得低於 ${least}`, `must be at least ${least}`);
  }
  if (fact.max !== undefined && compareFact(fact, value, fact.max) > 0) {
    const most = boundText(fact, fact.max);
    return fact.type === 'text'
      ? fault(`最多 ${most} 個字元`, `must have at most ${most} characters`)
      : fault(`不得高於 ${most}`, `must be at most ${most}`);
  }
  if (rule.uniqueFacts?.includes(fact.name) === true && uniqueText(value) === '') {
    return fault('須含文字或數字', 'must hold letters or digits');
  }
  return [];
}

/** A bound as people read it: money with its separators. */
function boundText(fact: FactRule, bound: FactValue): string {
  const fen = fact.type === 'money' ? parseYuan(String(bound)) : null;
  return fen === null ? String(bound) : readableYuan(fen);
}

function hasType(fact: FactRule, value: unknown): boolean {
  switch (fact.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value);
    case 'decimal':
      return (typeof value === 'string' || typeof value === 'number') && parseDecimal(String(value)) !== null;
    case 'money':
      return typeof value === 'string' && parseYuan(value) !== null;
    case 'date':
      return typeof value === 'string' && isBusinessDate(value);
    case 'text':
      return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT;
  }
}

/** What people call a type of facts. */
export function typeName(type: FactRule['type']): Text {
  return TYPE_NAMES[type];
}

/** Types of facts as people read them. */
const TYPE_NAMES: Readonly<Record<FactRule['type'], Text>> = {
  boolean: { zh: '是或否', en: 'yes or no (true, false)' },
  integer: { zh: '整數', en: 'a whole number' },
  decimal: { zh: '十進位數', en: 'a decimal number' },
  money: { zh: '以元為單位的金額', en: 'an amount in yuan, as text' },
  text: { zh: '文字', en: 'a text' },
  date: { zh: '日期,例如 2016-03-01', en: 'a date, like 2016-03-01' },
};

/** Longest text fact, characters. */
const MAX_TEXT = 1_000;

function compareFact(fact: FactRule, value: unknown, bound: FactValue): number {
  if (fact.type === 'date') return String(value) < String(bound) ? -1 : String(value) > String(bound) ? 1 : 0;
  const left = parseDecimal(fact.type === 'text' ? String(String(value).length) : String(value));
  const right = parseDecimal(String(bound));
  if (left === null || right === null) throw new Error(`Bound of fact ${fact.name} is not comparable`);
  return compareDecimals(left, right);
}

function sameFact(value: unknown, expected: FactValue): boolean {
  return (
    value === expected || (typeof value !== 'boolean' && typeof expected !== 'boolean' && String(value) === String(expected))
  );
}

function checkAmount(rule: LineRule, amountFen: Fen, facts: Facts): ProblemPlace | null {
  const { amount } = rule;
  if (amount.kind === 'discretionary') return null;
  if (amount.kind === 'fixed') {
    if (parseYuan(amount.amount) === amountFen) return null;
    return place(
      '/amount',
      `金額須為 ${readableYuan(parseYuan(amount.amount) ?? 0n)} 元`,
      `The amount must be ${readableYuan(parseYuan(amount.amount) ?? 0n)}`,
    );
  }
  const base = parseYuan(String(facts[amount.of]));
  if (base === null) return place(`/facts/${amount.of}`, '須說明計算基數', 'What the rate is taken of must be stated');
  const limit = rateLimit(base, amount.rate, amount.cap);
  if (amountFen <= limit) return null;
  return place('/amount', `金額不得超過 ${readableYuan(limit)} 元`, `The amount must be at most ${readableYuan(limit)}`);
}

/** Most that a rate allows: `rate` of the base cut down to the fen, and at most `cap`; all of the base under a rule from before a rate had to be set. */
function rateLimit(baseFen: Fen, rate: string | undefined, cap: string | undefined): Fen {
  const share = rate === undefined ? { units: 1n, scale: 0 } : parseDecimal(rate);
  if (share === null) throw new Error(`Rate ${rate} is not a decimal`);
  const limit = multiplyDown(baseFen, share);
  if (cap === undefined) return limit;
  const capFen = parseYuan(cap);
  if (capFen === null) throw new Error(`Cap ${cap} is not an amount`);
  return minFen(limit, capFen);
}

/** A unique fact's value as far as it tells one from another: two spellings of one certificate number are one. */
export function uniqueText(value: unknown): string {
  return String(value)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{P}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}
