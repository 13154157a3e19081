import { Injectable, type PipeTransform } from '@nestjs/common';
import type { SchemaObject } from '@nestjs/swagger';
import { invalid, ProblemError } from '../kernel/index.js';

/** A fiscal year in a path. */
@Injectable()
export class YearPipe implements PipeTransform<string, number> {
  static readonly schema: SchemaObject = { type: 'integer', minimum: 1000, maximum: 2999 };

  transform(year: string): number {
    if (!/^[12]\d{3}$/.test(year)) throw new ProblemError(invalid('/path/year', `不是年度：${year}`, `Not a year: ${year}`));
    return Number(year);
  }
}
