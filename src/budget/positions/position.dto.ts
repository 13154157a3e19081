import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageDto, IsBusinessDate, IsInstant, WhenGiven } from '../../platform/http/index.js';
import { TitleDto } from '../lines/line-rule.dto.js';

/** At which of the two clocks a position is asked; neither: now. */
export class PositionQuery {
  @ApiPropertyOptional({ description: 'Business date: what took effect on or before it', example: '2016-06-30' })
  @WhenGiven()
  @IsBusinessDate()
  asOf?: string;

  @ApiPropertyOptional({ description: 'Instant: what the ledger had recorded by then', example: '2016-07-01T00:00:00.000Z' })
  @WhenGiven()
  @IsInstant()
  recordedAsOf?: string;
}

/** Amounts that a line and a year have alike. */
export class PositionAmountsDto {
  @ApiProperty({
    description: '指標, yuan: available + reserved + committed + disbursed + lapsed + carried out of the lines',
    example: '20000000.00',
  })
  allotted: string;

  @ApiProperty({ description: '可用, yuan', example: '12000000.00' })
  available: string;

  @ApiProperty({ description: '預留, yuan', example: '3000000.00' })
  reserved: string;

  @ApiProperty({ description: '承諾, yuan', example: '2000000.00' })
  committed: string;

  @ApiProperty({ description: '撥付 net of returns and recoveries of the year, yuan', example: '3000000.00' })
  disbursed: string;

  @ApiProperty({ description: '收回結餘, yuan', example: '0.00' })
  lapsed: string;

  @ApiProperty({ description: '結轉轉入, yuan', example: '0.00' })
  carriedIn: string;

  @ApiProperty({ description: '結轉轉出, yuan', example: '0.00' })
  carriedOut: string;

  @ApiProperty({ description: '超指標承諾, yuan: how far lines are below zero', example: '0.00' })
  overCommitted: string;

  @ApiProperty({
    description: 'disbursed / allotted, rounded half up to four decimals; 0.0000 where nothing is allotted',
    example: '0.1500',
  })
  executionRate: string;
}

/** Where a line's money of a year is. */
export class LinePositionDto extends PositionAmountsDto {
  @ApiProperty({ example: 'ipo', description: 'Code of the programme line' })
  line: string;

  @ApiProperty({ type: TitleDto, description: 'What people call the line' })
  title: TitleDto;
}

/** Where a year's money is (domain §4). */
export class PositionDto extends PositionAmountsDto {
  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that the position is of' })
  fund: string;

  @ApiProperty({ example: 2016, description: '預算年度 whose accounts are added up' })
  fiscalYear: number;

  @ApiProperty({
    enum: ['draft', 'open', 'closed'],
    description: 'draft: not opened yet; open: takes entries; closed: takes none',
  })
  status: string;

  @ApiProperty({ description: 'Whether the fund carries demonstration data that we made up' })
  illustrative: boolean;

  @ApiProperty({ description: '預算批覆, yuan', example: '500000000.00' })
  appropriated: string;

  @ApiProperty({ description: '追加追減, yuan; may be negative', example: '0.00' })
  adjusted: string;

  @ApiProperty({ description: '以前年度收回, yuan', example: '0.00' })
  receivedBack: string;

  @ApiProperty({ description: '待分配, yuan', example: '150000000.00' })
  unallotted: string;

  @ApiProperty({ type: [LinePositionDto], description: 'The same by programme line, in the order of the policy' })
  lines: LinePositionDto[];

  @ApiPropertyOptional({ description: 'The business date asked for', example: '2016-06-30' })
  asOf?: string;

  @ApiPropertyOptional({
    description: 'The instant used: before the oldest transaction that was still running',
    example: '2016-07-01T00:00:00.000Z',
  })
  recordedAsOf?: string;
}

/** A page of the positions of years. */
export class PositionPageDto extends PageDto {
  @ApiProperty({ type: [PositionDto], description: 'Positions, the latest year first' })
  items: PositionDto[];
}
