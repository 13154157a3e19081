import type { DtoClass } from '../validation/compile-dto.js';

const EXAMPLE_KEY = Symbol('example');

/**
 * A body that the server accepts as it is, shown in the OpenAPI document; a test sends it. What it refers to (a payment, a line) the test makes
 * first; an id in it stands for one that the reader knows.
 */
export function Example(body: Readonly<Record<string, unknown>>): ClassDecorator {
  return (dto) => Reflect.defineMetadata(EXAMPLE_KEY, body, dto);
}

/** The example of a body; undefined where it has none of its own. */
export function exampleOf(dto: DtoClass): unknown {
  return Reflect.getOwnMetadata(EXAMPLE_KEY, dto);
}
