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
import { FORMS, PAYEES, type Form, type Payee } from './forms.js';
import { IS_A_CODE } from '../funds/fund.dto.js';
import { IsOfRuleSize, LineRuleDto, NoteDto, TitleDto } from './line-rule.dto.js';
import { CODE, Example, IsBusinessDate, IsVisible, WhenGiven } from '../../platform/http/index.js';

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
