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

const LANGUAGES = ['zhHant', 'zhHans', 'en'];

function isTitle(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== LANGUAGES.length) return false;
  return LANGUAGES.every((language) => {
    const text: unknown = Reflect.get(value, language);
    return typeof text === 'string' && text.trim() !== '' && text.length <= MAX_TEXT;
  });
}

function isLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const labels = Object.entries(value);
  return labels.length <= MAX_CHOICES && labels.every(([key, title]) => key.length <= MAX_TEXT && isTitle(title));
}

/** The property gives values a title in three languages each. */
export const IsLabels = propertyRule(
  'isLabels',
  isLabels,
  '須為各個值的名稱,每個值有三種語言的名稱,最多 50 個。',
  'must give each value its titles in the three languages, for at most 50 values',
);
