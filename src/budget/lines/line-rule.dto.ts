import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmptyObject,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { FACT_TYPES, type FactType, type FactValue } from '../../ledger/index.js';
import { IsYuan, propertyRule, withMessage, WhenGiven, IsVisible } from '../../platform/http/index.js';
import { IsFactValue, IsFactValueOrList, IsLabels } from './fact-value.validator.js';

/** Keys of facts: camelCase. */
export const FACT_NAME = /^[a-z][a-zA-Z0-9]{0,62}$/;

const IN_CAMEL_CASE = withMessage(
  '須以小寫字母開頭,只含字母與數字,最多 63 個字元。',
  'must be a name of letters and digits that begins with a small letter, at most 63 characters',
);
const AMOUNT_KINDS = ['fixed', 'rate', 'discretionary'] as const;

/** A name in the three languages of the product. */
export class TitleDto {
  @ApiProperty({ description: 'Traditional Chinese', example: '推動電子商務企業上市' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  zhHant: string;

  @ApiProperty({ description: 'Simplified Chinese', example: '推动电子商务企业上市' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  zhHans: string;

  @ApiProperty({ description: 'English', example: 'Stock market listings' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  en: string;
}

/** A few sentences in the three languages of the product. */
export class NoteDto {
  @ApiProperty({ description: 'In Traditional Chinese', example: '「基地」指由市級以上部門認定的電子商務基地。' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  zhHant: string;

  @ApiProperty({ description: 'In Simplified Chinese', example: '“基地”指由市级以上部门认定的电子商务基地。' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  zhHans: string;

  @ApiProperty({ description: 'In English', example: 'A base is one that the city or a higher authority has recognised.' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  en: string;
}

/** How much an award of the line may be. */
export class AmountRuleDto {
  @ApiProperty({
    enum: AMOUNT_KINDS,
    description: 'fixed: exactly `amount`; rate: at most `rate` of the fact `of`, and at most `cap`; discretionary: free',
  })
  @IsIn(AMOUNT_KINDS)
  kind: (typeof AMOUNT_KINDS)[number];

  @ApiPropertyOptional({ description: 'Yuan; fixed only', example: '3000000.00' })
  @WhenGiven()
  @IsYuan()
  amount?: string;

  @ApiPropertyOptional({
    description: 'Part of 1, at most six decimals; rate only. Left out: not yet set, and nothing can be reserved on the line',
    example: '0.3',
  })
  @WhenGiven()
  @Matches(
    /^(0\.\d{1,6}|1(\.0{1,6})?)$/,
    withMessage('須為大於 0 且不超過 1 的小數，例如 "0.3"。', 'must be a decimal above 0 and at most 1, like "0.3"'),
  )
  rate?: string;

  @ApiPropertyOptional({ description: 'Name of the money fact that the rate is taken of; rate only', example: 'trainingCost' })
  @WhenGiven()
  @Matches(FACT_NAME, IN_CAMEL_CASE)
  of?: string;

  @ApiPropertyOptional({ description: 'Yuan; rate only', example: '500000.00' })
  @WhenGiven()
  @IsYuan()
  cap?: string;
}

/** The fact is asked for only when another fact has this value, or one of these. */
export class FactConditionDto {
  @ApiProperty({ description: 'Name of the other fact', example: 'kind' })
  @Matches(FACT_NAME, IN_CAMEL_CASE)
  fact: string;

  @ApiProperty({
    description: 'The value that it must have, or a list of which it has one',
    example: 'domestic-patent',
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'array', items: { type: 'string' } }],
  })
  @IsDefined()
  @IsFactValueOrList()
  equals: FactValue | FactValue[];
}

/** Something that the officer states on reservation. */
export class FactRuleDto {
  @ApiProperty({ description: 'Key in the facts of an award, camelCase', example: 'annualSalary' })
  @Matches(FACT_NAME, IN_CAMEL_CASE)
  name: string;

  @ApiProperty({ type: TitleDto, description: 'What people call the fact' })
  @IsObject()
  @ValidateNested()
  @Type(() => TitleDto)
  title: TitleDto;

  @ApiProperty({ enum: FACT_TYPES, description: 'money: yuan string; decimal: decimal string; date: YYYY-MM-DD' })
  @IsIn(FACT_TYPES)
  type: FactType;

  @ApiProperty({ description: 'Whether an award without it is refused' })
  @IsBoolean()
  required: boolean;

  @ApiPropertyOptional({
    description: 'Lowest value, written like the fact; for text its shortest length',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  })
  @WhenGiven()
  @IsFactValue()
  min?: FactValue;

  @ApiPropertyOptional({
    description: 'Highest value, written like the fact; for text its longest length',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  })
  @WhenGiven()
  @IsFactValue()
  max?: FactValue;

  @ApiPropertyOptional({
    description: 'The only value allowed, or the list of those allowed',
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'array', items: { type: 'string' } }],
  })
  @WhenGiven()
  @IsFactValueOrList()
  equals?: FactValue | FactValue[];

  @ApiPropertyOptional({
    description: 'What people call each of the values allowed',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(TitleDto) },
    example: { 'domestic-patent': { zhHant: '國內專利', zhHans: '国内专利', en: 'Domestic patent' } },
  })
  @WhenGiven()
  @IsLabels()
  labels?: Record<string, TitleDto>;

  @ApiPropertyOptional({
    type: FactConditionDto,
    description: 'Asked for only where another fact has this value; elsewhere it is refused. Left out: always asked for',
  })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => FactConditionDto)
  when?: FactConditionDto;
}

/** Bytes of JSON that a rule comes to at most: every version of it is kept, and read with each reservation. */
const RULE_BYTES = 32 * 1024;

/** The property is no larger than a rule may be. */
export const IsOfRuleSize = propertyRule(
  'isOfRuleSize',
  (value) => Buffer.byteLength(JSON.stringify(value ?? null)) <= RULE_BYTES,
  '規則總計不得超過 32 KiB。',
  'must be at most 32 KiB in all',
);

/** A line's rule, as data (domain §5). */
export class LineRuleDto {
  @ApiProperty({ type: AmountRuleDto, description: 'How much one award may be' })
  @IsNotEmptyObject()
  @ValidateNested()
  @Type(() => AmountRuleDto)
  amount: AmountRuleDto;

  @ApiPropertyOptional({
    description: 'Yuan; the most that all awards of the line may come to in a fiscal year',
    example: '5000000.00',
  })
  @WhenGiven()
  @IsYuan()
  annualPool?: string;

  @ApiPropertyOptional({ description: 'An enterprise gets it once in the life of the fund' })
  @WhenGiven()
  @IsBoolean()
  oncePerEnterprise?: boolean;

  @ApiPropertyOptional({ description: 'Enterprises over the life of the fund; beyond it reconciliation warns', example: 50 })
  @WhenGiven()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  quota?: number;

  @ApiPropertyOptional({ description: 'Awards to a person only in years that lie within so many consecutive ones', example: 3 })
  @WhenGiven()
  @IsInt()
  @Min(1)
  @Max(50)
  maxConsecutiveYears?: number;

  @ApiPropertyOptional({
    description: 'Facts whose value may be used once in the fund’s life, whatever the line that asks for a fact of this name',
    type: [String],
    example: ['patentNumber'],
  })
  @WhenGiven()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(FACT_NAME, { each: true, ...IN_CAMEL_CASE })
  uniqueFacts?: string[];

  @ApiProperty({ type: [FactRuleDto], description: 'What the officer states on reservation, in the order of a form' })
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => FactRuleDto)
  facts: FactRuleDto[];
}
