import type { SchemaObject } from '@nestjs/swagger';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import type { Text } from '../../../kernel/index.js';

/** Options by which any class-validator decorator says in two languages what would be right: `@Matches(CODE, withMessage('…', '…'))`. */
export function withMessage(zh: string, en: string): Omit<ValidationOptions, 'context'> & { readonly context: Text } {
  const text: Text = { zh, en };
  return { message: en, context: text };
}

const predicates = new Map<string, (value: unknown) => boolean>();

/** The predicate of a rule of ours: it needs none of class-validator's ceremony. */
export function predicateOf(name: string | undefined): ((value: unknown) => boolean) | null {
  return predicates.get(name ?? '') ?? null;
}

const keywords = new Map<string, SchemaObject>();

/** What a rule of ours says in JSON Schema. */
export function keywordsOf(name: string | undefined): SchemaObject {
  return keywords.get(name ?? '') ?? {};
}

/** Makes a property decorator of a predicate. Each name is one rule's. `schema`: as much of it as JSON Schema can say. */
export function propertyRule(
  name: string,
  accepts: (value: unknown) => boolean,
  zh: string,
  en: string,
  schema: SchemaObject = {},
): () => PropertyDecorator {
  if (predicates.has(name)) throw new Error(`Two rules are called ${name}`);
  predicates.set(name, accepts);
  keywords.set(name, schema);
  return () => ValidateBy({ name, validator: { validate: accepts } }, withMessage(zh, en));
}
