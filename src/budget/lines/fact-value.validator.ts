import type { FactValue } from '../../ledger/index.js';
import { propertyRule } from '../../platform/http/index.js';

const MAX_TEXT = 200;
const MAX_CHOICES = 50;

/** Whether a JSON value can be a fact's value: boolean, finite number or short text. */
export function isFactValue(value: unknown): value is FactValue {
  return (
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT)
  );
}

function isFactValueOrList(value: unknown): boolean {
  if (!Array.isArray(value)) return isFactValue(value);
  return value.length > 0 && value.length <= MAX_CHOICES && value.every(isFactValue) && new Set(value).size === value.length;
}

/** The property is a single value that a fact can have. */
export const IsFactValue = propertyRule(
  'isFactValue',
  isFactValue,
  '須為布林值、數字或不超過 200 字的文字。',
  'must be a boolean, a number or a text of at most 200 characters',
);

/** The property is such a value or a list of 1 to 50 different ones. */
export const IsFactValueOrList = propertyRule(
  'isFactValueOrList',
  isFactValueOrList,
  '須為一個值，或 1 至 50 個不同的值。',
  'must be a value, or a list of 1 to 50 different values',
);
