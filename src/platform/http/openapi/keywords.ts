import type { SchemaObject } from '@nestjs/swagger';
import type { Metadata } from '../validation/compile-dto.js';
import { keywordsOf } from '../validation/property-rule.js';

/** What a rule of class-validator says in JSON Schema. What it can't say is left out: the description tells it. */
export function keywordsOfRule({ name, constraints }: Metadata): SchemaObject {
  const [first, second]: readonly unknown[] = (constraints as readonly unknown[] | undefined) ?? [];
  switch (name) {
    case 'isInt':
      return { type: 'integer' };
    case 'isUuid':
      return { format: 'uuid' };
    case 'arrayUnique':
      return { uniqueItems: true };
    case 'isNotEmpty':
      return { minLength: 1 };
    case 'isLength':
      return { ...numbered('minLength', first), ...numbered('maxLength', second) };
    case 'minLength':
    case 'maxLength':
      return numbered(name, first);
    case 'min':
      return numbered('minimum', first);
    case 'max':
      return numbered('maximum', first);
    case 'arrayMinSize':
      return numbered('minItems', first);
    case 'arrayMaxSize':
      return numbered('maxItems', first);
    case 'matches':
      return first instanceof RegExp && /^u?$/.test(first.flags) ? { pattern: first.source } : {};
    default:
      return keywordsOf(name);
  }
}

function numbered(keyword: keyof SchemaObject, value: unknown): SchemaObject {
  return typeof value === 'number' ? { [keyword]: value } : {};
}
