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
} from '../../kernel/index.js';
import type { FactRule, FactValue, LineRule } from './line-rule.js';

/** Facts as the officer stated them. */
export type Facts = Readonly<Record<string, unknown>>;

/** Refused because the amount or the facts break the line's rule, each place with a pointer (domain §5, Line rules). */
export function checkLineRule(rule: LineRule, amountFen: Fen, facts: Facts): Problem | null {
  const faultyFacts = rule.facts.flatMap((fact) => checkFact(rule, fact, facts));
  if (faultyFacts.length > 0) return violation('facts', faultyFacts);
  const faultyAmount = checkAmount(rule, amountFen, facts);
  return faultyAmount === null ? null : violation(`amount-${rule.amount.kind}`, [faultyAmount]);
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
  return when === undefined || sameFact(facts[when.fact], when.equals);
}

function checkFact(rule: LineRule, fact: FactRule, facts: Facts): ProblemPlace[] {
  if (!isAsked(fact, facts)) return [];
  const value = Object.hasOwn(facts, fact.name) ? facts[fact.name] : undefined;
  const pointer = `/facts/${fact.name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (value === undefined || value === null) {
    return fact.required ? [place(pointer, `須說明「${fact.title.zhHant}」`, `"${fact.title.en}" must be stated`)] : [];
  }
  if (!hasType(fact, value)) {
    return [
      place(pointer, `「${fact.title.zhHant}」須為${TYPE_NAMES[fact.type]}`, `"${fact.title.en}" must be of type ${fact.type}`),
    ];
  }
  if (fact.equals !== undefined) {
    const allowed: readonly FactValue[] = Array.isArray(fact.equals)
      ? (fact.equals as readonly FactValue[])
      : [fact.equals as FactValue];
    if (!allowed.some((one) => sameFact(value, one))) {
      const list = allowed.join(', ');
      return [place(pointer, `「${fact.title.zhHant}」須為 ${list}`, `"${fact.title.en}" must be ${list}`)];
    }
  }
  if (fact.min !== undefined && compareFact(fact, value, fact.min) < 0) {
    return [
      place(
        pointer,
        `「${fact.title.zhHant}」不得低於 ${String(fact.min)}`,
        `"${fact.title.en}" must be at least ${String(fact.min)}`,
      ),
    ];
  }
  if (fact.max !== undefined && compareFact(fact, value, fact.max) > 0) {
    return [
      place(
        pointer,
        `「${fact.title.zhHant}」不得高於 ${String(fact.max)}`,
        `"${fact.title.en}" must be at most ${String(fact.max)}`,
      ),
    ];
  }
  if (rule.uniqueFacts?.includes(fact.name) === true && uniqueText(value) === '') {
    return [place(pointer, `「${fact.title.zhHant}」須含文字或數字`, `"${fact.title.en}" must hold letters or digits`)];
  }
  return [];
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

/** Types of facts as a reader of Chinese is told them. */
const TYPE_NAMES: Readonly<Record<FactRule['type'], string>> = {
  boolean: ' true 或 false',
  integer: '整數(JSON 數字)',
  decimal: '十進位數',
  money: '人民幣元字串',
  date: '日期(YYYY-MM-DD)',
  text: '文字',
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
    return place('/amount', `金額須為 ${amount.amount} 元`, `The amount must be ${amount.amount}`);
  }
  const base = parseYuan(String(facts[amount.of]));
  if (base === null)
    return place(`/facts/${amount.of}`, `須說明計算基數 ${amount.of}`, `The base of the rate, ${amount.of}, must be stated`);
  const limit = rateLimit(base, amount.rate, amount.cap);
  if (amountFen <= limit) return null;
  return place('/amount', `金額不得超過 ${readableYuan(limit)} 元`, `The amount must be at most ${readableYuan(limit)}`);
}

/** Most that a rate allows: `rate` of the base cut down to the fen, and at most `cap`; all of the base while no rate is set. */
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
