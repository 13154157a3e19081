import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LACKS_RATE, lacksRate, type LineRule } from '../../ledger/index.js';
import { PageDto, textIn, type Language } from '../../platform/http/index.js';
import { reasonOf } from './find-line.js';
import { FORMS, PAYEES, type Form, type Payee } from './forms.js';
import { LineRuleDto, NoteDto, TitleDto } from './line-rule.dto.js';
import type { LineRuleVersion } from './line-rule-version.entity.js';
import type { ProgrammeLine } from './programme-line.entity.js';

/** A programme line. */
export class LineDto {
  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that the line is of' })
  fund: string;

  @ApiProperty({ example: 'ipo', description: 'By which awards and budget entries name the line; never changes' })
  code: string;

  @ApiProperty({ description: 'Section of the policy', example: '二(五)3' })
  section: string;

  @ApiProperty({ type: TitleDto, description: 'What people call the line' })
  title: TitleDto;

  @ApiProperty({
    description: '牽頭單位: officers of these agencies reserve on it and read its awards',
    type: [String],
    example: ['市金融辦'],
  })
  leadAgencies: string[];

  @ApiProperty({ enum: FORMS, description: 'Whether a reward, a subsidy, a competitive grant, or none of this fund’s money' })
  form: Form;

  @ApiProperty({ enum: PAYEES, description: 'To whom it pays: an enterprise or a person' })
  payee: Payee;

  @ApiProperty({ description: 'Whether awards may be reserved on it today; never while a rate is not set' })
  reservable: boolean;

  @ApiPropertyOptional({ description: 'Why it is not reservable, in the language of Accept-Language where it is known in it' })
  reason?: string;

  @ApiPropertyOptional({ type: TitleDto, description: 'What is paid' })
  pays?: TitleDto;

  @ApiPropertyOptional({ type: NoteDto, description: 'What of the clause is our interpretation' })
  reading?: NoteDto;

  @ApiProperty({ type: LineRuleDto, description: 'The rule that holds today' })
  rule: LineRule;

  @ApiProperty({ description: 'Number of that version of the rule', example: 1 })
  ruleVersion: number;

  @ApiProperty({ description: 'Goes up with every change; the ETag', example: 1 })
  version: number;
}

/** The line as it is answered, with the version of its rule that holds today. */
export function toLineDto(fund: string, row: ProgrammeLine, version: LineRuleVersion, language: Language): LineDto {
  const isOpen = row.reservable && !lacksRate(version.rule);
  const reason = reasonOf(row) ?? (isOpen ? null : LACKS_RATE);
  return {
    fund,
    code: row.code,
    section: row.section,
    title: row.title,
    leadAgencies: row.leadAgencies,
    form: row.form,
    payee: row.payee,
    reservable: isOpen,
    ...(reason === null ? {} : { reason: textIn(reason, language) }),
    ...(row.pays === null ? {} : { pays: row.pays }),
    ...(row.reading === null ? {} : { reading: row.reading }),
    rule: version.rule,
    ruleVersion: version.number,
    version: row.version,
  };
}

/** A version of a line's rule that is to be stored. */
export class ShownRuleChangeDto {
  @ApiProperty({ type: String, nullable: true, description: 'First day that it is of; null: the day on which it is approved' })
  effectiveOn: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is changed' })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Document that says so', example: '穗財〔2016〕8號' })
  documentNo: string | null;

  @ApiPropertyOptional({ type: LineRuleDto, description: 'The whole rule; left out: only the form changes' })
  rule?: LineRule;
}

/** A line as whoever checks its change is shown it. */
export class ShownLineDto extends LineDto {
  @ApiPropertyOptional({ type: ShownRuleChangeDto, description: 'The version of its rule that would be stored, where one would' })
  ruleChange?: ShownRuleChangeDto;
}

/** A page of programme lines. */
export class LinePageDto extends PageDto {
  @ApiProperty({ type: [LineDto], description: 'Lines, in the order of the policy' })
  items: LineDto[];
}
