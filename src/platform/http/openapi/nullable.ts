import { isRecord } from '../is-record.js';

const NULL = { type: 'null' } as const;

/**
 * Says everywhere in a document what may be null as JSON Schema does (OpenAPI 3.1). Nest writes `nullable: true` beside an `allOf`, which
 * OpenAPI 3.0 reads as: never null.
 */
export function sayNull(value: unknown): void {
  if (Array.isArray(value)) for (const one of value) sayNull(one);
  if (!isRecord(value)) return;
  for (const member of Object.values(value)) sayNull(member);
  if (value['nullable'] !== true) return;
  delete value['nullable'];
  const { type, allOf, enum: values } = value;
  if (Array.isArray(values)) value['enum'] = [...values, null];
  if (Array.isArray(allOf)) {
    delete value['allOf'];
    delete value['type'];
    value['anyOf'] = [...allOf, NULL];
  } else if (Array.isArray(value['oneOf'])) value['oneOf'] = [...value['oneOf'], NULL];
  else if (typeof type === 'string') value['type'] = [type, 'null'];
}
