import { length } from 'class-validator';
import { predicateOf } from './property-rule.js';

/** Whether a value passes one rule. */
export type ValueCheck = (value: unknown) => boolean;

/** Surrogate pairs and variation selectors: class-validator counts at least a third of the UTF-16 units. */
const UNITS_PER_CHARACTER = 3;

/** The rules that nearly every DTO uses, without class-validator's ceremony; null for any other, which is called as it is. */
export function fastRule(name: string | undefined, constraints: readonly unknown[] | undefined): ValueCheck | null {
  const [first, second] = constraints ?? [];
  switch (name) {
    case 'isString':
      return (value) => typeof value === 'string';
    case 'isBoolean':
      return (value) => typeof value === 'boolean';
    case 'isInt':
      return (value) => typeof value === 'number' && Number.isInteger(value);
    case 'isArray':
      return Array.isArray;
    case 'isObject':
      return (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'min':
      return typeof first === 'number' ? (value) => typeof value === 'number' && value >= first : null;
    case 'max':
      return typeof first === 'number' ? (value) => typeof value === 'number' && value <= first : null;
    case 'arrayMinSize':
      return typeof first === 'number' ? (value) => Array.isArray(value) && value.length >= first : null;
    case 'arrayMaxSize':
      return typeof first === 'number' ? (value) => Array.isArray(value) && value.length <= first : null;
    case 'isIn':
      return Array.isArray(first) ? (value) => first.indexOf(value) !== -1 : null;
    case 'isLength':
      return typeof first === 'number' && typeof second === 'number' ? lengthBetween(first, second) : null;
    case 'minLength':
      return typeof first === 'number' ? lengthBetween(first, Number.MAX_SAFE_INTEGER) : null;
    case 'maxLength':
      return typeof first === 'number' ? lengthBetween(0, first) : null;
    case 'matches':
      return first instanceof RegExp && second === undefined && !first.global && !first.sticky
        ? (value) => typeof value === 'string' && first.test(value)
        : null;
    default:
      return predicateOf(name);
  }
}

function lengthBetween(min: number, max: number): ValueCheck {
  const surely = min * UNITS_PER_CHARACTER;
  return (value) => typeof value === 'string' && ((value.length >= surely && value.length <= max) || length(value, min, max));
}
