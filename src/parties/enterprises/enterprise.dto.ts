import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import { countOf, formatYuan } from '../../kernel/index.js';
import { Example, IsVisible, ListQuery, WhenGiven, PageDto } from '../../platform/http/index.js';
import { BANK_ACCOUNT, IS_A_BANK_ACCOUNT } from './bank-account.js';
import type { Enterprise } from './enterprise.entity.js';
import type { AwardTotalsRow } from './enterprise.sql.js';

/** A text is looked at; null takes it away. */
function WhenText(name: keyof EnterpriseChangeDto): PropertyDecorator {
  return ValidateIf((dto: EnterpriseChangeDto) => dto[name] !== undefined && dto[name] !== null);
}

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
  @ApiProperty({ format: 'uuid', description: 'UUIDv7 of the enterprise, for filters and GET /enterprises/{id}' })
  id: string;

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund in whose register it stands' })
  fund: string;

  @ApiProperty({ description: 'Its present name', example: '示例電子商務有限公司' })
  name: string;

  @ApiProperty({ description: '統一社會信用代碼', type: String, nullable: true, example: '9144010159000123XD' })
  creditCode: string | null;

  @ApiProperty({ description: '組織機構代碼', example: '59000123X' })
  organizationCode: string;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it came to be known' })
  createdAt: string;
}

/** Totals over awards, yuan. */
export class AwardTotalsDto {
  @ApiProperty({ description: 'How many awards', example: 2 })
  count: number;

  @ApiProperty({ example: '3000000.00', description: '獲批, yuan' })
  awarded: string;

  @ApiProperty({ description: 'Still open', example: '0.00' })
  reserved: string;

  @ApiProperty({ description: 'Still open', example: '0.00' })
  committed: string;

  @ApiProperty({ description: 'Net', example: '3000000.00' })
  disbursed: string;

  @ApiProperty({ example: '0.00', description: '釋放: what went back to the lines, yuan' })
  released: string;

  @ApiProperty({ example: '0.00', description: '追回: what came back from it, yuan' })
  recovered: string;
}

/** Details of an enterprise. */
export class EnterpriseDetailsDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: '廣州市天河區示例路1號801室',
    description: 'Where it is registered; null: not known',
  })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: '示例甲', description: '法定代表人, by name; null: not known' })
  legalRepresentative: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '020-00000000',
    description: 'Under which it is reached; null: not known',
  })
  phone: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '****6789',
    description: 'The last four characters; the number is not kept',
  })
  bankAccount: string | null;
}

/** An enterprise as another one names it. */
export class NamedEnterpriseDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7, for GET /enterprises/{id}' })
  id: string;

  @ApiProperty({ example: '示例電子商務有限公司', description: 'What it is called in the register' })
  name: string;

  @ApiProperty({ example: '59000123X', description: '組織機構代碼 (GB 11714), without hyphen' })
  organizationCode: string;
}

/** What is changed of an enterprise; what is left out stays, null takes a detail away. */
@Example({
  address: '廣州市天河區示例路2號',
  legalRepresentative: '示例甲',
  phone: '020-00000001',
  bankAccount: '6222 0000 0000 6789',
})
export class EnterpriseChangeDto {
  @ApiPropertyOptional({ example: '示例電子商務股份有限公司', description: 'The name that it had is kept as a former one' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '廣州市天河區示例路1號801室',
    description: 'Where it is registered; null: forget it',
  })
  @WhenText('address')
  @IsString()
  @IsVisible()
  @MaxLength(300)
  address?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '示例甲', description: '法定代表人, by name; null: forget it' })
  @WhenText('legalRepresentative')
  @IsString()
  @IsVisible()
  @MaxLength(100)
  legalRepresentative?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '020-00000000',
    description: 'Under which it is reached; null: forget it',
  })
  @WhenText('phone')
  @IsString()
  @IsVisible()
  @MaxLength(50)
  phone?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '6222 0000 0000 6789',
    description: 'Kept as a keyed hash and a mask',
  })
  @WhenText('bankAccount')
  @Matches(BANK_ACCOUNT, IS_A_BANK_ACCOUNT)
  bankAccount?: string | null;
}

/** An enterprise with what it was awarded. */
export class EnterpriseDetailDto extends EnterpriseDto {
  @ApiProperty({ type: [String], description: 'Other names under which it was named, the first first' })
  otherNames: string[];

  @ApiProperty({ type: [String], description: 'Names that it had before, the first first' })
  formerNames: string[];

  @ApiProperty({ type: [String], description: 'Other credit codes of its organization code' })
  otherCreditCodes: string[];

  @ApiProperty({ type: EnterpriseDetailsDto, description: 'How it is reached and paid; what nobody has told is null' })
  details: EnterpriseDetailsDto;

  @ApiProperty({ type: NamedEnterpriseDto, nullable: true, description: 'The enterprise that it was merged into' })
  mergedInto: NamedEnterpriseDto | null;

  @ApiProperty({ type: [NamedEnterpriseDto], description: 'Enterprises that were merged into it' })
  merged: NamedEnterpriseDto[];

  @ApiProperty({ example: 1, description: 'Goes up with every change; the ETag' })
  version: number;

  @ApiProperty({
    type: AwardTotalsDto,
    description: 'Over all its awards and those of whom were merged into it; an officer sees those that its agency reaches alone',
  })
  awards: AwardTotalsDto;
}

/** A page of enterprises. */
export class EnterprisePageDto extends PageDto {
  @ApiProperty({ type: [EnterpriseDto], description: 'Enterprises, newest first' })
  items: EnterpriseDto[];
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

/** Details as they are answered. */
export function toDetailsDto(row: Enterprise): EnterpriseDetailsDto {
  const { address, legalRepresentative, phone, bankAccountMasked: bankAccount } = row;
  return { address, legalRepresentative, phone, bankAccount };
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
