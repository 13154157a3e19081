import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import { inForce, LACKS_RATE, lacksRate, type LineRule } from '../../ledger/index.js';
import { dayBefore } from '../../kernel/index.js';
import { reasonOf } from './find-line.js';
import type { LineRuleVersion } from './line-rule-version.entity.js';
import type { ProgrammeLine } from './programme-line.entity.js';
import { FORMS, PAYEES, type Form, type Payee } from './forms.js';
import { CODE, IS_A_CODE } from '../funds/fund.dto.js';
import { IsOfRuleSize, LineRuleDto, NoteDto, TitleDto } from './line-rule.dto.js';
import { Example, IsBusinessDate, PageDto, textIn, WhenGiven, type Language, IsVisible } from '../../platform/http/index.js';

/** A new programme line (支出方向). */
@Example({
  code: 'livestream',
  section: '示例',
  title: { zhHant: '示例直播電商', zhHans: '示例直播电商', en: 'Illustrative live commerce' },
  leadAgencies: ['市經貿委'],
  form: 'reward',
  reservable: true,
  rule: {
    amount: { kind: 'fixed', amount: '300000.00' },
    annualPool: '3000000.00',
    oncePerEnterprise: true,
    facts: [
      {
        name: 'certificate',
        title: { zhHant: '證書編號', zhHans: '证书编号', en: 'Certificate number' },
        type: 'text',
        required: true,
      },
    ],
  },
})
export class NewLineDto {
  @ApiProperty({ description: 'Lower case letters, digits and hyphens; never changes', example: 'ipo' })
  @Matches(CODE, IS_A_CODE)
  code: string;

  @ApiProperty({ description: 'Section of the policy', example: '二(五)3' })
  @IsString()
  @IsVisible()
  @MaxLength(40)
  section: string;

  @ApiProperty({ type: TitleDto, description: 'What people call the line' })
  @IsObject()
  @ValidateNested()
  @Type(() => TitleDto)
  title: TitleDto;

  @ApiProperty({ description: 'Lead agencies, with 市', type: [String], example: ['市金融辦'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Matches(AGENCY, { ...IS_AN_AGENCY, each: true })
  leadAgencies: string[];

  @ApiProperty({ enum: FORMS, description: 'none: gives no money of this fund' })
  @IsIn(FORMS)
  form: Form;

  @ApiPropertyOptional({ enum: PAYEES, default: 'enterprise', description: 'To whom the line pays' })
  @WhenGiven()
  @IsIn(PAYEES)
  payee?: Payee;

  @ApiProperty({ description: 'Whether awards may be reserved on it' })
  @IsBoolean()
  reservable: boolean;

  @ApiPropertyOptional({ description: 'Why it is not reservable; required then' })
  @ValidateIf((line: NewLineDto) => line.reason !== undefined || !line.reservable)
  @IsString()
  @IsVisible()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ type: TitleDto, description: 'What is paid, in one line' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => TitleDto)
  pays?: TitleDto;

  @ApiPropertyOptional({ type: NoteDto, description: 'What of the clause is our interpretation' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => NoteDto)
  reading?: NoteDto;

  @ApiProperty({ type: LineRuleDto, description: 'What awards of the line must keep to; its first version' })
  @IsObject()
  @ValidateNested()
  @IsOfRuleSize()
  @Type(() => LineRuleDto)
  rule: LineRuleDto;
}

/** What finance changes on a line; what is left out stays. */
@Example({
  rule: {
    amount: { kind: 'rate', rate: '0.3', of: 'trainingCost', cap: '500000.00' },
    facts: [
      {
        name: 'trainingCost',
        title: { zhHant: '培訓費用', zhHans: '培训费用', en: 'Cost of training' },
        type: 'money',
        required: true,
      },
    ],
  },
  effectiveOn: '2016-01-01',
  reason: '財政核定扶持比例',
  documentNo: '穗財〔2016〕8號',
})
export class LineChangeDto {
  @ApiPropertyOptional({ example: '二(五)3', description: 'Section of the policy that the line follows' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(40)
  section?: string;

  @ApiPropertyOptional({ type: TitleDto, description: 'What people call the line from now on' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => TitleDto)
  title?: TitleDto;

  @ApiPropertyOptional({ description: 'Lead agencies, with 市', type: [String], example: ['市金融辦'] })
  @WhenGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Matches(AGENCY, { ...IS_AN_AGENCY, each: true })
  leadAgencies?: string[];

  @ApiPropertyOptional({
    enum: FORMS,
    description: 'Another form changes what is compared under the highest of three: it needs a reason and a document',
  })
  @WhenGiven()
  @IsIn(FORMS)
  form?: Form;

  @ApiPropertyOptional({ description: 'Whether awards may be reserved on it' })
  @WhenGiven()
  @IsBoolean()
  reservable?: boolean;

  @ApiPropertyOptional({
    description: 'Why it is not reservable; with a rule or another form, and required then, why that is changed',
  })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ type: TitleDto, description: 'What is paid, in one line' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => TitleDto)
  pays?: TitleDto;

  @ApiPropertyOptional({ type: NoteDto, description: 'What of the clause is our interpretation' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => NoteDto)
  reading?: NoteDto;

  @ApiPropertyOptional({
    type: LineRuleDto,
    description: 'The whole rule, as a further version: awards reserved from its day on are judged by it',
  })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @IsOfRuleSize()
  @Type(() => LineRuleDto)
  rule?: LineRuleDto;

  @ApiPropertyOptional({
    example: '2016-01-01',
    description: 'With a rule: the day from which it holds, which may be over or still to come; default today',
  })
  @WhenGiven()
  @IsBusinessDate()
  effectiveOn?: string;

  @ApiPropertyOptional({
    example: '穗財〔2016〕8號',
    description: 'With a rule or another form, and required then: the document that says so',
  })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo?: string;
}

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

/** A version of a line's rule. */
export class LineRuleVersionDto {
  @ApiProperty({ description: 'Counted within the line', example: 2 })
  number: number;

  @ApiProperty({ description: 'Awards reserved on this day or later are judged by it', example: '2016-01-01' })
  from: string;

  @ApiProperty({
    description: 'The last day on which it holds; null: until further notice',
    type: String,
    nullable: true,
    example: '2016-12-31',
  })
  until: string | null;

  @ApiProperty({ description: 'A later version of the same day took its place: it judges nothing' })
  superseded: boolean;

  @ApiProperty({ type: LineRuleDto, description: 'The whole rule as it was stored' })
  rule: LineRule;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was changed; the first version may have none' })
  reason: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '穗財〔2016〕8號',
    description: 'Document that says so; the first version may have none',
  })
  documentNo: string | null;

  @ApiProperty({ description: 'Username', example: 'finance' })
  changedBy: string;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was stored' })
  recordedAt: string;
}

/** A page of versions of a line's rule. */
export class LineRuleVersionPageDto extends PageDto {
  @ApiProperty({ type: [LineRuleVersionDto], description: 'Versions of the rule, the latest stored first' })
  items: LineRuleVersionDto[];
}

/** Versions as they are answered, the latest stored first. */
export function toVersionDtos(
  versions: readonly LineRuleVersion[],
  usernameOf: (id: string) => string,
): readonly LineRuleVersionDto[] {
  const valid = inForce(versions);
  return [...versions].reverse().map((version) => {
    const at = valid.indexOf(version);
    const next = at < 0 ? undefined : valid[at + 1];
    return {
      number: version.number,
      from: version.from,
      until: next === undefined ? null : dayBefore(next.from),
      superseded: at < 0,
      rule: version.rule,
      reason: version.reason,
      documentNo: version.documentNo,
      changedBy: usernameOf(version.changedBy),
      recordedAt: version.recordedAt.toISOString(),
    };
  });
}

/** A page of programme lines. */
export class LinePageDto extends PageDto {
  @ApiProperty({ type: [LineDto], description: 'Lines, in the order of the policy' })
  items: LineDto[];
}
