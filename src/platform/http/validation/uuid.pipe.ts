import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { SchemaObject } from '@nestjs/swagger';
import { invalid, ProblemError } from '../../../kernel/index.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `@Param('id', UuidPipe) id: string`: refuses (400) what is no UUID before the database is asked. */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  static readonly schema: SchemaObject = { type: 'string', format: 'uuid' };

  transform(value: string, { data }: ArgumentMetadata): string {
    if (!UUID.test(value)) throw new ProblemError(invalid(`/path/${data ?? 'id'}`, '須為 UUID。', 'must be a UUID'));
    return value.toLowerCase();
  }
}
