import type { ParameterObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';
import { ValidationTypes } from 'class-validator';
import { nestedClass, rulesOf, type DtoClass, type Metadata } from '../validation/compile-dto.js';
import { keywordsOfRule } from './keywords.js';

type Schemas = Readonly<Record<string, SchemaObject | ReferenceObject>>;

/** Writes what the rules of a body's DTO, and of those nested in it, ask for into their schemas. A body takes no member that it doesn't name. */
export function constrainBody(dto: DtoClass, schemas: Schemas, done = new Set<DtoClass>()): void {
  const schema = schemas[dto.name];
  if (done.has(dto) || schema === undefined || isReference(schema)) return;
  done.add(dto);
  schema.additionalProperties = false;
  for (const [name, rules] of rulesOf(dto)) {
    const property = schema.properties?.[name];
    if (property !== undefined && !isReference(property)) constrain(property, rules);
    if (rules.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION))
      constrainBody(nestedClass(dto, name), schemas, done);
  }
}

/** The same for a query. */
export function constrainQuery(dto: DtoClass, parameters: readonly ParameterObject[]): void {
  for (const [name, rules] of rulesOf(dto)) {
    const schema = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name)?.schema;
    if (schema !== undefined && !isReference(schema)) constrain(schema, rules);
  }
}

function constrain(schema: SchemaObject, rules: readonly Metadata[]): void {
  for (const rule of rules) {
    const { items } = schema;
    const target = rule.each && items !== undefined && !isReference(items) ? items : schema;
    const { pattern, ...keywords } = keywordsOfRule(rule);
    if (target.oneOf === undefined) Object.assign(target, keywords);
    if (pattern === undefined) continue;
    if (target.pattern === undefined) target.pattern = pattern;
    else target.allOf = [...(target.allOf ?? []), { pattern }];
  }
}

function isReference(schema: SchemaObject | ReferenceObject): schema is ReferenceObject {
  return '$ref' in schema;
}
