import { Injectable, type PipeTransform } from '@nestjs/common';
import type { SchemaObject } from '@nestjs/swagger';
import { invalid, ProblemError } from '../kernel/index.js';
import { CODE } from './funds/fund.dto.js';

/** A fund's or a line's code in a path. */
@Injectable()
export class CodePipe implements PipeTransform<string, string> {
  static readonly schema: SchemaObject = { type: 'string', pattern: CODE.source };

  transform(code: string): string {
    if (!CODE.test(code)) throw new ProblemError(invalid('/path', `不是代碼：${code}`, `Not a code: ${code}`));
    return code;
  }
}

/** A fiscal year in a path. */
@Injectable()
export class YearPipe implements PipeTransform<string, number> {
  static readonly schema: SchemaObject = { type: 'integer', minimum: 1000, maximum: 2999 };

  transform(year: string): number {
    if (!/^[12]\d{3}$/.test(year)) throw new ProblemError(invalid('/path/year', `不是年度：${year}`, `Not a year: ${year}`));
    return Number(year);
  }
}
