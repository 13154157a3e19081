import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { countOf, formatYuan } from '../../kernel/index.js';
import { ListQuery, WhenGiven } from '../../platform/http/index.js';
import type { Enterprise } from './enterprise.entity.js';
import type { AwardTotalsRow } from './enterprise.sql.js';

/** Filters of the list of enterprises. */
export class EnterpriseQuery extends ListQuery {
  @ApiPropertyOptional({ description: 'Code of a fund', example: 'gz-ecommerce' })
  @WhenGiven()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  fund?: string;

  @ApiPropertyOptional({ description: 'Part of the name, in Traditional or Simplified, or a whole code', example: '示例' })
  @WhenGiven()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  q?: string;
}

/** An enterprise that has, or had, an award. */
export class EnterpriseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'The name of its first award', example: '示例電子商務有限公司' })
  name: string;

  @ApiProperty({ description: '統一社會信用代碼', type: String, nullable: true, example: '9144010159000123XD' })
  creditCode: string | null;

  @ApiProperty({ description: '組織機構代碼', example: '59000123X' })
  organizationCode: string;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

/** Totals over awards, yuan. */
export class AwardTotalsDto {
  @ApiProperty({ description: 'How many awards', example: 2 })
  count: number;

  @ApiProperty({ example: '3000000.00' })
  awarded: string;

  @ApiProperty({ description: 'Still open', example: '0.00' })
  reserved: string;

  @ApiProperty({ description: 'Still open', example: '0.00' })
  committed: string;

  @ApiProperty({ description: 'Net', example: '3000000.00' })
  disbursed: string;

  @ApiProperty({ example: '0.00' })
  released: string;

  @ApiProperty({ example: '0.00' })
  recovered: string;
}

/** An enterprise with what it was awarded. */
export class EnterpriseDetailDto extends EnterpriseDto {
  @ApiProperty({ type: [String], description: 'Other names under which it was named, the first first' })
  otherNames: string[];

  @ApiProperty({ type: [String], description: 'Other credit codes of its organization code' })
  otherCreditCodes: string[];

  @ApiProperty({ type: AwardTotalsDto, description: 'Over all its awards; an officer sees those of its own agency alone' })
  awards: AwardTotalsDto;
}

/** A page of enterprises. */
export class EnterprisePageDto {
  @ApiProperty({ type: [EnterpriseDto] })
  items: EnterpriseDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Give it as `cursor` for the next page' })
  nextCursor: string | null;
}

/** The enterprise as it is answered. */
export function toEnterpriseDto(row: Enterprise): EnterpriseDto {
  return {
    id: row.id,
    fund: row.fund.code,
    name: row.name,
    creditCode: row.creditCode,
    organizationCode: row.organizationCode,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Totals as they are answered. */
export function toAwardTotalsDto(row: AwardTotalsRow): AwardTotalsDto {
  return {
    count: countOf(row.count),
    awarded: formatYuan(row.awarded),
    reserved: formatYuan(row.reserved),
    committed: formatYuan(row.committed),
    disbursed: formatYuan(row.disbursed),
    released: formatYuan(row.released),
    recovered: formatYuan(row.recovered),
  };
}
