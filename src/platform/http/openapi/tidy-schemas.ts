import type { ReferenceObject, SchemaObject } from '@nestjs/swagger';

const YUAN = String.raw`^-?\d+\.\d{2}$`;
const FORMATS: readonly (readonly [RegExp, SchemaObject])[] = [
  [/^-?\d+\.\d{2}$/, { pattern: YUAN }],
  [/^\d{4}-\d{2}-\d{2}$/, { format: 'date' }],
  [/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, { format: 'date-time' }],
];

/**
 * Numbers of the contract are whole (money, rates and balances are strings), which Nest can't know; a text whose example is an amount, a
 * date or an instant is one.
 */
export function tidySchemas(schemas: Readonly<Record<string, SchemaObject | ReferenceObject>>): void {
  for (const schema of Object.values(schemas)) {
    if ('$ref' in schema) continue;
    for (const property of Object.values(schema.properties ?? {})) if (!('$ref' in property)) tidy(property);
  }
}

function tidy(property: SchemaObject): void {
  if (property.type === 'number') property.type = 'integer';
  const { type, pattern, format } = property;
  const example: unknown = property.example;
  if (type !== 'string' || typeof example !== 'string' || pattern !== undefined || format !== undefined) return;
  const [, keywords] = FORMATS.find(([form]) => form.test(example)) ?? [];
  Object.assign(property, keywords);
}
