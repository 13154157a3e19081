import { parseYuan } from '../../kernel/index.js';
import type { FactRule, LineRule } from '../../ledger/index.js';

/** SQL over `award a` that is true where an award may break a rule, with its parameters. */
export interface Predicate {
  readonly text: string;
  readonly values: readonly unknown[];
}

const MONEY = '^[0-9]{1,13}([.][0-9]{1,2})?$';
const INTEGER = '^-?[0-9]{1,15}$';
const DECIMAL = '^-?[0-9]{1,18}([.][0-9]{1,9})?$';
/** A JSON number as the evaluator meets it: below 0.000001 it is written with an exponent there, which is no decimal, but in full here. */
const PLAIN_NUMBER = '^-?[0-9]{1,18}([.][0-9]{1,6})?$';
/** Days that every month has; the evaluator judges the rest. */
const DATE = '^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$';
/** Characters by which the evaluator tells one unique fact from another, some of them: it judges what has none of these. */
const DISTINGUISHING = '[0-9A-Za-z\\u4E00-\\u9FFF]';
/** Characters that the evaluator counts twice. */
const ASTRAL = '[\\U00010000-\\U0010FFFF]';

/**
 * Awards that may break the rule's amount or one of its facts. What passes here passes the ledger's evaluator as well; what doesn't is
 * judged by it, so that only the few are loaded. The text depends on the shape of the rule alone: names and bounds are parameters,
 * numbered from `first` on.
 */
export function mayBreak(rule: LineRule, first: number): Predicate | null {
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string): string => `$${first - 1 + values.push(value)}::${type}`;
  const parts = [...amountParts(rule, parameter), ...rule.facts.map((fact) => `NOT ${factPasses(rule, fact, parameter)}`)];
  return parts.length === 0 ? null : { text: `(${parts.join('\n OR ')})`, values };
}

type Parameter = (value: unknown, type: string) => string;

function amountParts({ amount }: LineRule, parameter: Parameter): string[] {
  if (amount.kind === 'discretionary') return [];
  if (amount.kind === 'fixed') return [`a.awarded_fen <> ${parameter(fen(amount.amount), 'bigint')}`];
  const base = `(a.facts ->> ${parameter(amount.of, 'text')})`;
  const share =
    amount.rate === undefined ? `${base}::numeric * 100` : `floor(${base}::numeric * 100 * ${parameter(amount.rate, 'numeric')})`;
  const limit = amount.cap === undefined ? share : `least(${share}, ${parameter(fen(amount.cap), 'numeric')})`;
  return [`NOT CASE WHEN ${base} ~ '${MONEY}' THEN a.awarded_fen <= ${limit} ELSE false END`];
}

/** Never NULL: a fact that is missing passes where it isn't required. */
function factPasses(rule: LineRule, fact: FactRule, parameter: Parameter): string {
  const name = parameter(fact.name, 'text');
  const value = `(a.facts -> ${name})`;
  const conditions: string[] = [];
  if (fact.when !== undefined) {
    const { fact: other, equals } = fact.when;
    conditions.push(
      `WHEN coalesce(a.facts ->> ${parameter(other, 'text')} <> ALL (${parameter([equals].flat().map(String), 'text[]')}), true) THEN true`,
    );
  }
  conditions.push(`WHEN ${value} IS NULL OR jsonb_typeof(${value}) = 'null' THEN ${String(!fact.required)}`);
  if (fact.equals !== undefined) {
    const allowed = JSON.stringify(Array.isArray(fact.equals) ? fact.equals : [fact.equals]);
    conditions.push(`WHEN NOT ${parameter(allowed, 'jsonb')} @> ${value} THEN false`);
  }
  if (rule.uniqueFacts?.includes(fact.name) === true) {
    conditions.push(`WHEN (a.facts ->> ${name}) !~ '${DISTINGUISHING}' THEN false`);
  }
  return `CASE ${conditions.join(' ')} ${typePasses(fact, value, `(a.facts ->> ${name})`, parameter)} ELSE false END`;
}

/** The type, and the bounds where the type is right: a CASE keeps the order. */
function typePasses(fact: FactRule, value: string, text: string, parameter: Parameter): string {
  const within = (measured: string, type: string): string => {
    const low = fact.min === undefined ? [] : [`${measured} >= ${parameter(String(fact.min), type)}`];
    const high = fact.max === undefined ? [] : [`${measured} <= ${parameter(String(fact.max), type)}`];
    return [...low, ...high].join(' AND ') || 'true';
  };
  switch (fact.type) {
    case 'boolean':
      return `WHEN jsonb_typeof(${value}) = 'boolean' THEN true`;
    case 'text':
      return `WHEN jsonb_typeof(${value}) = 'string' AND ${text} ~ '\\S' AND length(${text}) <= 1000 AND ${text} !~ '${ASTRAL}' THEN ${within(`length(${text})`, 'integer')}`;
    case 'date':
      return `WHEN ${text} ~ '${DATE}' THEN ${within(`${text} COLLATE "C"`, 'text')}`;
    case 'money':
      return `WHEN jsonb_typeof(${value}) = 'string' AND ${text} ~ '${MONEY}' THEN ${within(`${text}::numeric`, 'numeric')}`;
    case 'integer':
      return `WHEN jsonb_typeof(${value}) = 'number' AND ${text} ~ '${INTEGER}' THEN ${within(`${text}::numeric`, 'numeric')}`;
    case 'decimal':
      return `WHEN ${text} ~ CASE jsonb_typeof(${value}) WHEN 'string' THEN '${DECIMAL}' WHEN 'number' THEN '${PLAIN_NUMBER}' END THEN ${within(`${text}::numeric`, 'numeric')}`;
  }
}

/** Fen of a rule's amount, as a parameter. */
export function fen(yuan: string): string {
  const amount = parseYuan(yuan);
  if (amount === null) throw new Error(`"${yuan}" of a line rule is not an amount`);
  return amount.toString();
}
