import { ValidateBy, type ValidationOptions } from 'class-validator';
import type { FactValue } from '../ledger/index.js';

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

/** The property is a single value that a fact can have. */
export function IsFactValue(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isFactValue',
      validator: { validate: isFactValue, defaultMessage: () => '$property must be a boolean, a number or a text' },
    },
    options,
  );
}

/** The property is such a value or a list of 1 to 50 different ones. */
export function IsFactValueOrList(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    Array.isArray(value)
      ? value.length > 0 && value.length <= MAX_CHOICES && value.every(isFactValue) && new Set(value).size === value.length
      : isFactValue(value);
  return ValidateBy(
    {
      name: 'isFactValueOrList',
      validator: { validate, defaultMessage: () => '$property must be a value or a list of different values' },
    },
    options,
  );
}
