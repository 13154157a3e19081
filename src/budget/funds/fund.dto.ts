import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import { TitleDto } from '../lines/line-rule.dto.js';
import { formatYuan } from '../../kernel/index.js';
import { CODE, Example, PageDto, WhenGiven, IsYuan, withMessage, IsVisible } from '../../platform/http/index.js';
import type { Fund } from './fund.entity.js';

export const IS_A_CODE = withMessage(
  '須為小寫字母、數字與連字號。',
  'must be lower case letters, digits and hyphens, like gz-ecommerce',
);

/** A new policy fund (專項資金). */
@Example({
  code: 'sz-ecommerce',
  name: '示例電子商務專項資金',
  names: { zhHant: '示例電子商務專項資金', zhHans: '示例电子商务专项资金', en: 'Illustrative e-commerce fund' },
  leadAgencies: ['市經貿委'],
  annualAmount: '100000000.00',
  firstYear: 2016,
  lastYear: 2018,
})
export class NewFundDto {
  @ApiProperty({ description: 'Lower case letters, digits and hyphens; never changes', example: 'gz-ecommerce' })
  @Matches(CODE, IS_A_CODE)
  code: string;

  @ApiProperty({ example: '廣州市電子商務發展專項資金', description: 'What the policy calls the fund, in Traditional Chinese' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ type: TitleDto, description: 'The name in three languages' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => TitleDto)
  names?: TitleDto;

  @ApiPropertyOptional({ type: [String], example: ['市經貿委'], description: 'Lead agencies of the fund as a whole, with 市' })
  @WhenGiven()
  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Matches(AGENCY, { ...IS_AN_AGENCY, each: true })
  leadAgencies?: string[];

  @ApiProperty({ description: 'Yuan a year; the ceiling of what may be appropriated (§二(九)2)', example: '500000000.00' })
  @IsYuan()
  annualAmount: string;

  @ApiProperty({ description: 'First fiscal year', example: 2013 })
  @IsInt()
  @Min(1900)
  @Max(2999)
  firstYear: number;

  @ApiProperty({ description: 'Last fiscal year with an appropriation, at most 49 after the first', example: 2017 })
  @IsInt()
  @Min(1900)
  @Max(2999)
  lastYear: number;
}

/** A policy fund. */
export class FundDto {
  @ApiProperty({ example: 'gz-ecommerce', description: 'By which paths and bodies name the fund; never changes' })
  code: string;

  @ApiProperty({ example: '廣州市電子商務發展專項資金', description: 'What the policy calls it, in Traditional Chinese' })
  name: string;

  @ApiPropertyOptional({ type: TitleDto, description: 'The name in three languages' })
  names?: TitleDto;

  @ApiProperty({ type: [String], example: ['市經貿委', '市發展改革委'], description: 'Lead agencies of the fund as a whole' })
  leadAgencies: string[];

  @ApiProperty({ description: 'Yuan a year', example: '500000000.00' })
  annualAmount: string;

  @ApiProperty({ example: 2013, description: 'The first fiscal year for which the policy gives money' })
  firstYear: number;

  @ApiProperty({ example: 2017, description: 'The last fiscal year with an appropriation; later ones may be opened for run-off' })
  lastYear: number;

  @ApiProperty({ description: 'Whether the fund carries demonstration data that we made up' })
  illustrative: boolean;
}

/** The fund as it is answered. */
export function toFundDto(row: Fund): FundDto {
  return {
    code: row.code,
    name: row.name,
    ...(row.names === null ? {} : { names: row.names }),
    leadAgencies: row.leadAgencies,
    annualAmount: formatYuan(row.annualAmountFen),
    firstYear: row.firstYear,
    lastYear: row.lastYear,
    illustrative: row.illustrative,
  };
}

/** A page of funds. */
export class FundPageDto extends PageDto {
  @ApiProperty({ type: [FundDto], description: 'Funds, newest first' })
  items: FundDto[];
}
