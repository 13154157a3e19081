import { ValidateBy, type ValidationOptions } from 'class-validator';
import type { Text } from '../../../kernel/index.js';

/** Options by which any class-validator decorator says in two languages what would be right: `@Matches(CODE, withMessage('…', '…'))`. */
export function withMessage(zh: string, en: string): Omit<ValidationOptions, 'context'> & { readonly context: Text } {
  const text: Text = { zh, en };
  return { message: en, context: text };
}

/** Makes a property decorator of a predicate. */
export function propertyRule(
  name: string,
  accepts: (value: unknown) => boolean,
  zh: string,
  en: string,
): () => PropertyDecorator {
  return () => ValidateBy({ name, validator: { validate: accepts } }, withMessage(zh, en));
}
