import { isRecord } from '../is-record.js';
import type { DtoClass } from './compile-dto.js';

const INTEGER = /^-?\d{1,15}$/;

/** Query parameters are text: what the DTO declares as number or boolean is read as such; what can't be read stays text and is refused. */
export function readQuery(dto: DtoClass, query: unknown): unknown {
  if (!isRecord(query)) return {};
  const read = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) {
    read[name] =
      typeof value === 'string' ? readAs(Reflect.getMetadata('design:type', dto.prototype as object, name), value) : value;
  }
  return read;
}

function readAs(type: unknown, text: string): unknown {
  if (type === Number && INTEGER.test(text)) return Number(text);
  if (type === Boolean && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
