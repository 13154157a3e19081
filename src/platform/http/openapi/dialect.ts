import { isRecord } from '../is-record.js';

const NULL = { type: 'null' } as const;

/**
 * Puts a document of Nest's, in place, into the JSON Schema of OpenAPI 3.1. Nest writes `nullable: true` beside an `allOf`, which OpenAPI
 * 3.0 reads as: never null; and wraps a reference into an `allOf` to describe it, which 3.1 needs no more.
 */
export function inDialect(value: unknown): void {
  if (Array.isArray(value)) for (const one of value) inDialect(one);
  if (!isRecord(value)) return;
  for (const member of Object.values(value)) inDialect(member);
  const allOf = listOf(value['allOf']);
  const isNullable = value['nullable'] === true;
  delete value['nullable'];
  const [only, ...others] = allOf;
  if (others.length === 0 && isReference(only)) {
    delete value['allOf'];
    delete value['type'];
    if (isNullable) value['anyOf'] = [only, NULL];
    else value['$ref'] = only.$ref;
  } else if (isNullable) sayNull(value);
}

function sayNull(schema: Record<string, unknown>): void {
  const [values, parts] = [listOf(schema['enum']), listOf(schema['oneOf'])];
  if (values.length > 0) schema['enum'] = [...values, null];
  if (parts.length > 0) schema['oneOf'] = [...parts, NULL];
  else if (typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isReference(value: unknown): value is { readonly $ref: string } {
  return isRecord(value) && typeof value['$ref'] === 'string';
}
