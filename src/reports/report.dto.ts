import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { IsBusinessDate, IsInstant, withMessage } from '../platform/http/index.js';
import { IsFiscalYears, YEARS_LIMIT } from './fiscal-years.js';
import { IsMonth } from './month.js';
import { LEDGER_ORDERS, type LedgerOrder } from './report.js';

/** Formats that reports come in. */
export const REPORT_FORMATS = ['json', 'csv'] as const;

/** What a report is asked about. */
export class ReportQuery {
  @ApiProperty({ description: 'Code of the fund', example: 'gz-ecommerce' })
  @IsString()
  @Length(1, 63)
  fund: string;

  @ApiProperty({
    description:
      'Fiscal year, or several of the fund separated by commas, each once and at most 50: their rows say which year they are of, the totals are of all of them together',
    type: 'array',
    items: { type: 'integer', minimum: 1900, maximum: 2999 },
    minItems: 1,
    maxItems: YEARS_LIMIT,
    example: [2016],
  })
  @IsFiscalYears()
  fiscalYear: string;

  @ApiPropertyOptional({ description: 'Business date: only what took effect on or before it', example: '2016-06-30' })
  @IsOptional()
  @IsBusinessDate()
  asOf?: string;

  @ApiPropertyOptional({ description: 'Instant: only what the ledger had recorded by then', example: '2016-07-01T00:00:00.000Z' })
  @IsOptional()
  @IsInstant()
  recordedAsOf?: string;

  @ApiPropertyOptional({
    description:
      'Agency by its code, in Traditional or Simplified characters: payments then has the lines that it leads, alone or with others; the other reports ignore it',
    example: '市經貿委',
  })
  @IsOptional()
  @IsString()
  @Length(1, 50)
  agency?: string;

  @ApiPropertyOptional({
    description:
      'Month of one of the fiscal years: payments then has the payments of that month, account-ledger its postings behind an opening balance; the other reports ignore it',
    pattern: '^\\d{4}-(0[1-9]|1[0-2])$',
    example: '2016-03',
  })
  @IsOptional()
  @IsMonth()
  month?: string;

  @ApiPropertyOptional({ description: 'Format of the answer', enum: REPORT_FORMATS, default: 'json' })
  @IsOptional()
  @IsIn(REPORT_FORMATS, withMessage('報表格式為 JSON 或 CSV。', 'must be one of json, csv'))
  format?: 'json' | 'csv';

  @ApiPropertyOptional({ description: 'Account code; account-ledger needs it, the other reports ignore it', example: '4610' })
  @IsOptional()
  @IsString()
  @Length(1, 20)
  account?: string;

  @ApiPropertyOptional({
    description: 'Line code; account-ledger and payments then show that line alone, the other reports ignore it',
    example: 'demo-enterprise',
  })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  line?: string;

  @ApiPropertyOptional({
    description:
      'Order of an account-ledger: `effective` by business date, and within a day as recorded, so that the balance behind the last posting of a day is that of the date; `recorded` as the ledger recorded them. The other reports ignore it',
    enum: LEDGER_ORDERS,
    default: 'effective',
  })
  @IsOptional()
  @IsIn(LEDGER_ORDERS, withMessage('次序為業務日期或記賬先後。', 'must be one of effective, recorded'))
  order?: LedgerOrder;
}

/** What a cell holds. */
const CELL = { oneOf: [{ type: 'string', nullable: true }, { type: 'integer' }] };

/** A column of a report. */
export class ReportColumnDto {
  @ApiProperty({ example: 'available', description: 'Name of the column’s member in each row' })
  key: string;

  @ApiProperty({ description: 'In the language of Accept-Language', example: '可用' })
  title: string;
}

/** A report as JSON. */
export class ReportDto {
  @ApiProperty({ example: 'budget-execution', description: 'Which report it is' })
  report: string;

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund of which it tells' })
  fund: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The fiscal year that the report is of; null: several, which `fiscalYears` names',
    example: 2016,
  })
  fiscalYear: number | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer' },
    description: 'The fiscal years that the report is of, in their order',
    example: [2016],
  })
  fiscalYears: readonly number[];

  @ApiProperty({ description: 'Whether the fund carries demonstration data that we made up' })
  illustrative: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The business date asked for; null: everything posted',
    example: '2016-06-30',
  })
  asOf: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The instant used: at most the one asked for, before the oldest transaction still running; null: until now',
    example: '2016-07-01T00:00:00.000Z',
  })
  recordedAsOf: string | null;

  @ApiProperty({ example: '2016-07-02T01:30:00.000Z', description: 'Instant at which it was made' })
  generatedAt: string;

  @ApiProperty({ type: [ReportColumnDto], description: 'What the rows hold, in the order of the table' })
  columns: readonly ReportColumnDto[];

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: CELL },
    description: 'One member for each column; money is a yuan string, a fiscal year or a count a number',
  })
  rows: readonly Readonly<Record<string, string | number | null>>[];

  @ApiProperty({
    type: 'object',
    additionalProperties: CELL,
    description:
      'Of all rows together. budget-execution: the position of the year, and `resources`, all its money. trial-balance: debits and credits. account-ledger: opening, debits, credits and the closing balance. payments: their count, what was paid, returned and recovered, and the net',
  })
  totals: Readonly<Record<string, string | number | null>>;
}
