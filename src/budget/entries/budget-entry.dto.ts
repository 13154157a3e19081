import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { IsBusinessDate, IsYuan, ListQuery, IsVisible, WarningDto } from '../../platform/http/index.js';
import { CODE } from '../funds/fund.dto.js';

export const BUDGET_ENTRY_KINDS = [
  'appropriation',
  'supplement',
  'reduction',
  'allotment',
  'allotment-return',
  'virement',
] as const;
/** Kinds of budget entries (domain §3). */
export type BudgetEntryKind = (typeof BUDGET_ENTRY_KINDS)[number];

/** Filters of the list of budget entries. */
export class BudgetEntryQuery extends ListQuery {
  @ApiPropertyOptional({ enum: BUDGET_ENTRY_KINDS })
  @IsOptional()
  @IsIn(BUDGET_ENTRY_KINDS)
  kind?: BudgetEntryKind;

  @ApiPropertyOptional({ example: 'manufacturing-app', description: 'Entries that touch this line' })
  @IsOptional()
  @Matches(CODE)
  line?: string;

  @ApiPropertyOptional({
    example: '穗財預〔2016〕1號',
    description: 'Entries of the document with this number, whatever its width, case, dashes and spaces',
  })
  @IsOptional()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo?: string;
}

/** Leave to take a line's available below zero by exactly what it lacks. */
export class OverrideDto {
  @ApiProperty({ example: '市政府常務會議決定' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;

  @ApiProperty({ example: '穗府紀〔2016〕3號' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo: string;

  @ApiProperty({
    example: '2027-12-31',
    description:
      'By when the line must be made good: not before the entry’s date, nor before today; after it, what this override covers is found as expired',
  })
  @IsBusinessDate()
  expiresOn: string;
}

/** A budget entry that is to be posted. */
export class NewBudgetEntryDto {
  @ApiProperty({ enum: BUDGET_ENTRY_KINDS })
  @IsIn(BUDGET_ENTRY_KINDS)
  kind: BudgetEntryKind;

  @ApiProperty({ example: '500000000.00', description: 'Yuan' })
  @IsYuan()
  amount: string;

  @ApiPropertyOptional({ example: 'manufacturing-app', description: 'Allotment, its return, and a reduction of a line' })
  @IsOptional()
  @Matches(CODE)
  line?: string;

  @ApiPropertyOptional({ example: 'market-app', description: 'Virement only' })
  @IsOptional()
  @Matches(CODE)
  fromLine?: string;

  @ApiPropertyOptional({ example: 'manufacturing-app', description: 'Virement only' })
  @IsOptional()
  @Matches(CODE)
  toLine?: string;

  @ApiProperty({ example: '年度預算批覆' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;

  @ApiProperty({ example: '穗財預〔2016〕1號' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo: string;

  @ApiPropertyOptional({
    example: '穗府函〔2016〕9號',
    description: "Raises the year's ceiling by what the entry exceeds it (appropriation, supplement)",
  })
  @IsOptional()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  ceilingDocumentNo?: string;

  @ApiPropertyOptional({
    example: '2016-01-05',
    description: 'Business date; default today in Asia/Shanghai, clamped into the fiscal year',
  })
  @IsOptional()
  @IsBusinessDate()
  effectiveOn?: string;

  @ApiPropertyOptional({ type: OverrideDto, description: 'Reduction of a line only' })
  @IsOptional()
  @ValidateNested()
  @Type(() => OverrideDto)
  override?: OverrideDto;
}

/** A budget entry. */
export class BudgetEntryDto {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: BUDGET_ENTRY_KINDS })
  kind: string;

  @ApiProperty({ enum: ['posted', 'pending-approval'] })
  status: 'posted' | 'pending-approval';

  @ApiProperty({ example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ example: 2016 })
  fiscalYear: number;

  @ApiProperty({ example: '500000000.00' })
  amount: string;

  @ApiPropertyOptional()
  line?: string;

  @ApiPropertyOptional()
  fromLine?: string;

  @ApiPropertyOptional()
  toLine?: string;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true })
  documentNo: string | null;

  @ApiPropertyOptional()
  ceilingDocumentNo?: string;

  @ApiPropertyOptional({ description: 'By how much the entry raised the ceiling, yuan' })
  ceilingRaised?: string;

  @ApiPropertyOptional({ type: OverrideDto })
  override?: OverrideDto;

  @ApiPropertyOptional({ description: 'What the line lacked, yuan' })
  lacking?: string;

  @ApiProperty({ example: '2016-01-05' })
  effectiveOn: string;

  @ApiProperty({ format: 'date-time' })
  recordedAt: string;

  @ApiProperty({ example: 'finance', description: 'Username' })
  createdBy: string;

  @ApiPropertyOptional({
    type: [WarningDto],
    description: 'What is odd of it; only in the answer to the request that posted it, and left out where nothing is',
  })
  warnings?: WarningDto[];
}

/** A page of budget entries. */
export class BudgetEntryPageDto {
  @ApiProperty({ type: [BudgetEntryDto] })
  items: BudgetEntryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor: string | null;
}
