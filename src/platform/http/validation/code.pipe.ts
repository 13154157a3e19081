import { Injectable, type PipeTransform } from '@nestjs/common';
import type { SchemaObject } from '@nestjs/swagger';
import { invalid, ProblemError } from '../../../kernel/index.js';

/** Codes of funds and lines. */
export const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A fund's or a line's code in a path. */
@Injectable()
export class CodePipe implements PipeTransform<string, string> {
  static readonly schema: SchemaObject = { type: 'string', pattern: CODE.source };

  transform(code: string): string {
    if (!CODE.test(code)) throw new ProblemError(invalid('/path', `不是代碼：${code}`, `Not a code: ${code}`));
    return code;
  }
}
