import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { CODE, Example, IsBusinessDate, IsYuan, ListQuery, IsVisible, WarningDto, PageDto } from '../../platform/http/index.js';

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
  @ApiPropertyOptional({ enum: BUDGET_ENTRY_KINDS, description: 'Only entries of this kind' })
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
  @ApiProperty({ example: '市政府常務會議決定', description: 'Why the line may be below zero for a while' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;

  @ApiProperty({ example: '穗府紀〔2016〕3號', description: 'Document that gives leave' })
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
@Example({
  kind: 'allotment',
  amount: '20000000.00',
  line: 'manufacturing-app',
  reason: '年度指標分解',
  documentNo: '穗財預〔2016〕12號',
  effectiveOn: '2016-01-05',
})
export class NewBudgetEntryDto {
  @ApiProperty({ enum: BUDGET_ENTRY_KINDS, description: 'What is booked; which of the lines it needs depends on it' })
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

  @ApiProperty({ example: '年度預算批覆', description: 'Why, for whoever reads the journal' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;

  @ApiProperty({ example: '穗財預〔2016〕1號', description: 'Document that decides it' })
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
  @ApiProperty({ format: 'uuid', description: 'UUIDv7 of its journal entry, for GET /journal/{id}' })
  id: string;

  @ApiProperty({ enum: BUDGET_ENTRY_KINDS, description: 'What was booked' })
  kind: string;

  @ApiProperty({
    enum: ['posted', 'pending-approval'],
    description: 'pending-approval: it waits for a second person, and nothing is posted',
  })
  status: 'posted' | 'pending-approval';

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund whose year it is' })
  fund: string;

  @ApiProperty({ example: 2016, description: '預算年度 on whose accounts it is' })
  fiscalYear: number;

  @ApiProperty({ example: '500000000.00', description: 'What was moved, yuan' })
  amount: string;

  @ApiPropertyOptional({ description: 'Code of the line that it touches; none where it is of the year as a whole' })
  line?: string;

  @ApiPropertyOptional({ description: 'Of a virement: code of the line that gives' })
  fromLine?: string;

  @ApiPropertyOptional({ description: 'Of a virement: code of the line that gets' })
  toLine?: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as it was posted' })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Document that decides it' })
  documentNo: string | null;

  @ApiPropertyOptional({ description: 'Document that raises the ceiling of the year' })
  ceilingDocumentNo?: string;

  @ApiPropertyOptional({ description: 'By how much the entry raised the ceiling, yuan' })
  ceilingRaised?: string;

  @ApiPropertyOptional({ type: OverrideDto, description: 'Leave by which the line fell below zero' })
  override?: OverrideDto;

  @ApiPropertyOptional({ description: 'What the line lacked, yuan' })
  lacking?: string;

  @ApiProperty({ example: '2016-01-05', description: 'Business date' })
  effectiveOn: string;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was recorded, by the database’s clock' })
  recordedAt: string;

  @ApiProperty({ example: 'finance', description: 'Username of who asked for it' })
  createdBy: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['finance2'],
    description: 'In lists: usernames of those who agreed to it, in order',
  })
  checkedBy?: string[];

  @ApiPropertyOptional({
    type: [WarningDto],
    description: 'What is odd of it; only in the answer to the request that posted it, and left out where nothing is',
  })
  warnings?: WarningDto[];
}

/** A page of budget entries. */
export class BudgetEntryPageDto extends PageDto {
  @ApiProperty({ type: [BudgetEntryDto], description: 'Budget entries, newest first' })
  items: BudgetEntryDto[];
}
