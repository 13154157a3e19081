import { compareDecimals, isBusinessDate, parseDecimal, parseYuan, type ProblemPlace, type Text } from '../../kernel/index.js';
import { typeName } from '../../ledger/index.js';
import type { AmountRule, FactRule, FactType, FactValue, LineRule } from '../../ledger/index.js';
import type { AmountRuleDto, FactRuleDto, LineRuleDto } from './line-rule.dto.js';

/** What a rule that is well-formed field by field still gets wrong between its fields: each fault with its place. */
export function lineRuleFaults(rule: LineRuleDto, payee: 'enterprise' | 'person', at = '/rule'): ProblemPlace[] {
  const types = new Map(rule.facts.map((fact) => [fact.name, fact.type]));
  return [
    ...amountFaults(rule.amount, types, `${at}/amount`),
    ...(rule.uniqueFacts ?? []).flatMap((name, index) =>
      types.has(name) ? [] : [unknownFact(`${at}/uniqueFacts/${index}`, name)],
    ),
    ...(rule.maxConsecutiveYears !== undefined && payee !== 'person'
      ? [place(`${at}/maxConsecutiveYears`, '只適用於收款人為個人的支出方向', 'applies only to a line whose payee is a person')]
      : []),
    ...rule.facts.flatMap((fact, index) => factFaults(fact, index, rule.facts, `${at}/facts/${index}`)),
  ];
}

/** The rule as the ledger keeps it: members that were left out are absent, not undefined. */
export function toLineRule(rule: LineRuleDto): LineRule {
  return {
    amount: toAmountRule(rule.amount),
    ...(rule.annualPool === undefined ? {} : { annualPool: rule.annualPool }),
    ...(rule.oncePerEnterprise === undefined ? {} : { oncePerEnterprise: rule.oncePerEnterprise }),
    ...(rule.quota === undefined ? {} : { quota: rule.quota }),
    ...(rule.maxConsecutiveYears === undefined ? {} : { maxConsecutiveYears: rule.maxConsecutiveYears }),
    ...(rule.uniqueFacts === undefined ? {} : { uniqueFacts: rule.uniqueFacts }),
    facts: rule.facts.map(toFactRule),
  };
}

function toAmountRule(amount: AmountRuleDto): AmountRule {
  if (amount.kind === 'fixed') return { kind: 'fixed', amount: amount.amount ?? '' };
  if (amount.kind === 'discretionary') return { kind: 'discretionary' };
  return {
    kind: 'rate',
    ...(amount.rate === undefined ? {} : { rate: amount.rate }),
    of: amount.of ?? '',
    ...(amount.cap === undefined ? {} : { cap: amount.cap }),
  };
}

function toFactRule(fact: FactRuleDto): FactRule {
  return {
    name: fact.name,
    title: { zhHant: fact.title.zhHant, zhHans: fact.title.zhHans, en: fact.title.en },
    type: fact.type,
    required: fact.required,
    ...(fact.min === undefined ? {} : { min: fact.min }),
    ...(fact.max === undefined ? {} : { max: fact.max }),
    ...(fact.equals === undefined ? {} : { equals: fact.equals }),
    ...(fact.labels === undefined ? {} : { labels: fact.labels }),
    ...(fact.when === undefined ? {} : { when: { fact: fact.when.fact, equals: fact.when.equals } }),
  };
}

function amountFaults(amount: AmountRuleDto, types: ReadonlyMap<string, FactType>, at: string): ProblemPlace[] {
  const faults: ProblemPlace[] = [];
  const kind = AMOUNT_KINDS[amount.kind];
  const belongs = { fixed: ['amount'], rate: ['rate', 'of', 'cap'], discretionary: [] as string[] }[amount.kind];
  for (const member of ['amount', 'rate', 'of', 'cap'] as const) {
    if (amount[member] !== undefined && !belongs.includes(member)) {
      faults.push(place(`${at}/${member}`, `不適用於${kind.zh}`, `does not belong to ${kind.en}`));
    }
  }
  if (amount.kind === 'fixed' && amount.amount === undefined) faults.push(place(`${at}/amount`, '必須填寫', 'is required'));
  if (amount.kind === 'rate') {
    if (amount.of === undefined) faults.push(place(`${at}/of`, '必須填寫', 'is required'));
    else if (types.get(amount.of) !== 'money')
      faults.push(place(`${at}/of`, '必須是金額類事實', 'must name a fact of type money'));
    if (amount.rate !== undefined && !isPositive(amount.rate))
      faults.push(place(`${at}/rate`, '必須大於零', 'must be above zero'));
  }
  return faults;
}

const AMOUNT_KINDS: Readonly<Record<AmountRuleDto['kind'], Text>> = {
  fixed: { zh: '定額', en: 'a fixed amount' },
  rate: { zh: '按比例', en: 'a rate' },
  discretionary: { zh: '酌定金額', en: 'a discretionary amount' },
};

function factFaults(fact: FactRuleDto, index: number, facts: readonly FactRuleDto[], at: string): ProblemPlace[] {
  const faults: ProblemPlace[] = [];
  if (facts.findIndex((other) => other.name === fact.name) !== index)
    faults.push(place(`${at}/name`, '名稱重複', 'is used twice'));
  for (const bound of ['min', 'max'] as const) {
    const value = fact[bound];
    if (value !== undefined && !isBound(fact.type, value)) {
      faults.push(place(`${at}/${bound}`, `須為${typeName(fact.type).zh}`, `must be ${typeName(fact.type).en}`));
    }
  }
  if (faults.length === 0 && fact.min !== undefined && fact.max !== undefined && isAbove(fact.type, fact.min, fact.max)) {
    faults.push(place(`${at}/max`, '上限不得低於下限', 'must not be below the lowest value'));
  }
  const allowed = fact.equals === undefined ? [] : Array.isArray(fact.equals) ? fact.equals : [fact.equals];
  if (!allowed.every((value) => fits(fact.type, value))) {
    faults.push(place(`${at}/equals`, `須為${typeName(fact.type).zh}`, `must be ${typeName(fact.type).en}`));
  }
  if (fact.when !== undefined) faults.push(...conditionFaults(fact, facts, `${at}/when`));
  return faults;
}

function conditionFaults(fact: FactRuleDto, facts: readonly FactRuleDto[], at: string): ProblemPlace[] {
  const other = facts.find((candidate) => candidate.name === fact.when?.fact);
  if (other === undefined || other === fact) return [unknownFact(`${at}/fact`, fact.when?.fact ?? '')];
  const values = fact.when === undefined ? [] : [fact.when.equals].flat();
  if (!values.every((value) => fits(other.type, value))) {
    return [place(`${at}/equals`, `須為${typeName(other.type).zh}`, `must be ${typeName(other.type).en}`)];
  }
  return [];
}

function fits(type: FactType, value: FactValue): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'decimal':
      return (typeof value === 'string' || typeof value === 'number') && parseDecimal(String(value)) !== null;
    case 'money':
      return typeof value === 'string' && parseYuan(value) !== null;
    case 'text':
      return typeof value === 'string';
    case 'date':
      return typeof value === 'string' && isBusinessDate(value);
  }
}

function isBound(type: FactType, value: FactValue): boolean {
  if (type === 'boolean') return false;
  if (type === 'text') return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
  return fits(type, value);
}

function isAbove(type: FactType, min: FactValue, max: FactValue): boolean {
  if (type === 'date') return String(min) > String(max);
  const [low, high] = [parseDecimal(String(min)), parseDecimal(String(max))];
  return low !== null && high !== null && compareDecimals(low, high) > 0;
}

function isPositive(text: string): boolean {
  const decimal = parseDecimal(text);
  return decimal !== null && decimal.units > 0n;
}

function unknownFact(pointer: string, name: string): ProblemPlace {
  return place(pointer, `沒有名為 ${name} 的其他事實`, `names no other fact of this rule: ${name}`);
}

function place(pointer: string, zh: string, en: string): ProblemPlace {
  return { pointer, detail: { zh, en } };
}
