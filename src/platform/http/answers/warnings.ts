import { ApiProperty } from '@nestjs/swagger';
import { WARNING_CODES, type Warning, type WarningCode } from '../../../kernel/index.js';
import { textIn, type Language } from '../problems/language.js';

/** Something that was accepted but is odd (api.md, Warnings). */
export class WarningDto {
  @ApiProperty({
    enum: WARNING_CODES,
    example: 'same-document-again',
    description: 'What kind of oddity it is: stable, to be told apart by; nothing was refused because of it',
  })
  code: WarningCode;

  @ApiProperty({
    example: '此組織機構代碼已登記為「示例公司」,該名稱不變',
    description: 'What is odd, and what is to be checked, in the reader’s language',
  })
  detail: string;
}

/** What is odd of a write, as its answer says it: a member `warnings` where there is something, none elsewhere. */
export function warningsView(warnings: readonly Warning[] | undefined, language: Language): { readonly warnings?: WarningDto[] } {
  if (warnings === undefined || warnings.length === 0) return {};
  return { warnings: warnings.map(({ code, detail }) => ({ code, detail: textIn(detail, language) })) };
}
