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
import { reasonOf } from './find-line.js';
import type { ProgrammeLine } from './programme-line.entity.js';
import { FORMS, PAYEES, type Form, type Payee } from './forms.js';
import { CODE, IS_A_CODE } from '../funds/fund.dto.js';
import { IsOfRuleSize, LineRuleDto, TitleDto } from './line-rule.dto.js';
import { PageDto, textIn, WhenGiven, type Language, IsVisible } from '../../platform/http/index.js';

/** A new programme line (支出方向). */
export class NewLineDto {
  @ApiProperty({ description: 'Lower case letters, digits and hyphens; never changes', example: 'ipo' })
  @Matches(CODE, IS_A_CODE)
  code: string;

  @ApiProperty({ description: 'Section of the policy', example: '二(五)3' })
  @IsString()
  @IsVisible()
  @MaxLength(40)
  section: string;

  @ApiProperty({ type: TitleDto })
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

  @ApiProperty({ type: LineRuleDto })
  @IsObject()
  @ValidateNested()
  @IsOfRuleSize()
  @Type(() => LineRuleDto)
  rule: LineRuleDto;
}

/** What finance changes on a line; what is left out stays. */
export class LineChangeDto {
  @ApiPropertyOptional({ example: '二(五)3' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(40)
  section?: string;

  @ApiPropertyOptional({ type: TitleDto })
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

  @ApiPropertyOptional({ enum: FORMS })
  @WhenGiven()
  @IsIn(FORMS)
  form?: Form;

  @ApiPropertyOptional({ description: 'Whether awards may be reserved on it' })
  @WhenGiven()
  @IsBoolean()
  reservable?: boolean;

  @ApiPropertyOptional({ description: 'Why it is not reservable' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ type: LineRuleDto, description: 'The whole rule; it replaces the one before' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @IsOfRuleSize()
  @Type(() => LineRuleDto)
  rule?: LineRuleDto;
}

/** A programme line. */
export class LineDto {
  @ApiProperty({ example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ example: 'ipo' })
  code: string;

  @ApiProperty({ description: 'Section of the policy', example: '二(五)3' })
  section: string;

  @ApiProperty({ type: TitleDto })
  title: TitleDto;

  @ApiProperty({ description: 'Lead agencies', type: [String], example: ['市金融辦'] })
  leadAgencies: string[];

  @ApiProperty({ enum: FORMS })
  form: Form;

  @ApiProperty({ enum: PAYEES })
  payee: Payee;

  @ApiProperty({ description: 'Whether awards may be reserved on it' })
  reservable: boolean;

  @ApiPropertyOptional({ description: 'Why it is not reservable, in the language of Accept-Language where it is known in it' })
  reason?: string;

  @ApiProperty({ type: LineRuleDto })
  rule: ProgrammeLine['rule'];

  @ApiProperty({ description: 'Goes up with every change; the ETag', example: 1 })
  version: number;
}

/** The line as it is answered. */
export function toLineDto(fund: string, row: ProgrammeLine, language: Language): LineDto {
  const reason = reasonOf(row);
  return {
    fund,
    code: row.code,
    section: row.section,
    title: row.title,
    leadAgencies: row.leadAgencies,
    form: row.form,
    payee: row.payee,
    reservable: row.reservable,
    ...(reason === null ? {} : { reason: textIn(reason, language) }),
    rule: row.rule,
    version: row.version,
  };
}

/** A page of programme lines. */
export class LinePageDto extends PageDto {
  @ApiProperty({ type: [LineDto] })
  items: LineDto[];
}
