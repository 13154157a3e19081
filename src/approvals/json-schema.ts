import type { SchemaObject } from '@nestjs/swagger';

/** How deep what was asked may hold one thing in another: a line's rule, its facts, when one is needed, and what that must equal. */
const DEPTH = 6;

const SINGLE: SchemaObject[] = [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }];

/** Any JSON of that depth, for the OpenAPI document. */
function json(depth: number): SchemaObject {
  if (depth === 0) return { anyOf: SINGLE };
  const inner = json(depth - 1);
  return { anyOf: [...SINGLE, { type: 'array', items: inner }, { type: 'object', additionalProperties: inner }] };
}

/** What was asked: the members of the request that it came by. */
export const ASKED = { type: 'object' as const, additionalProperties: json(DEPTH) };

/** One of these, by the names under which other rooms describe them. */
export function oneOf(...names: readonly string[]): { readonly oneOf: { readonly $ref: string }[] } {
  return { oneOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })) };
}
