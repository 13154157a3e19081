import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ProblemError } from '../../../kernel/index.js';
import { isRecord } from '../is-record.js';
import { compileDto, type DtoClass } from './compile-dto.js';
import { explain } from './explain.js';
import { readQuery } from './read-query.js';

const PLAIN: readonly unknown[] = [String, Number, Boolean, Object, Array, undefined];

/**
 * The one validation pipe. A body is taken as the plain object that it is, when its DTO accepts it; a query becomes an instance of its
 * DTO, with the DTO's defaults. Every refusal is 400 with JSON pointers (`/enterprise/name`, `/query/limit`).
 */
@Injectable()
export class DtoPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { metatype, type } = metadata;
    if (type === 'custom' || !isDto(metatype)) return value;
    if (type === 'body') return asDto(metatype, value);
    const read = type === 'query' ? readQuery(metatype, value) : value;
    const taken = asDto(metatype, read, type === 'query' ? '/query' : '/path');
    return isRecord(taken) ? Object.assign(new metatype(), taken) : taken;
  }
}

/** The value, which the DTO accepts as it is. Throws the refusal of any other; `pointer` is the value's own. */
export function asDto<T extends object>(dto: new () => T, value: unknown, pointer = ''): T {
  if (compileDto(dto)(value)) return value as T;
  throw new ProblemError(explain(dto, value, pointer));
}

/** Whether a parameter's declared type is a class of ours. */
export function isDto(metatype: unknown): metatype is DtoClass {
  return typeof metatype === 'function' && !PLAIN.includes(metatype);
}
