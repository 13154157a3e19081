import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { TitleDto } from '../budget/index.js';
import { PageDto } from '../platform/http/index.js';
import { WORK_KINDS } from './work-kinds.js';

/** What narrows the work list, and with it the lists that its links name. */
export class WorklistQuery {
  @ApiPropertyOptional({ description: 'Code of the fund; left out: all funds', example: 'gz-ecommerce' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  fund?: string;

  @ApiPropertyOptional({ description: 'Fiscal year of the awards, findings and lines; left out: all', example: 2016 })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;
}

/** One kind of work, and how much of it waits. */
export class WorkItemDto {
  @ApiProperty({ enum: WORK_KINDS, description: 'What waits', example: 'awards-on-hold' })
  kind: string;

  @ApiProperty({ description: 'What people call it, in the language of Accept-Language', example: '暫停支付的扶持項目' })
  title: string;

  @ApiProperty({ description: 'How many the list behind the link holds for this user', example: 3 })
  count: number;

  @ApiProperty({
    description:
      'What they are about together, yuan: of requests what they would move, of findings the amount at issue, of overrides what they still cover, of awards on hold what is reserved and committed, of unpaid ones what is committed, of demands what is not received',
    example: '4500000.00',
  })
  amount: string;

  @ApiProperty({
    description: 'Path and query of the list that holds exactly these, to be read with the same token',
    example: '/api/v1/awards?onHold=true',
  })
  link: string;
}

/** A line that the user's agency leads, and what is left of its money. */
export class MyLineDto {
  @ApiProperty({ description: 'Code of the fund', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'The open year whose money it is', example: 2016 })
  fiscalYear: number;

  @ApiProperty({ description: 'Code of the programme line', example: 'demo-enterprise' })
  line: string;

  @ApiProperty({ type: TitleDto, description: 'What people call the line' })
  title: TitleDto;

  @ApiProperty({ description: '指標, yuan: all that the line was given in the year', example: '20000000.00' })
  allotted: string;

  @ApiProperty({
    description: '可用, yuan: what can still be reserved; negative where it is over-committed',
    example: '12000000.00',
  })
  available: string;

  @ApiProperty({ description: '預留, yuan: reserved and not yet committed', example: '3000000.00' })
  reserved: string;

  @ApiProperty({ description: '承諾, yuan: committed and not yet paid', example: '2000000.00' })
  committed: string;

  @ApiProperty({ description: '撥付, yuan: paid, net of what came back in the year', example: '3000000.00' })
  disbursed: string;

  @ApiProperty({ description: '超指標承諾, yuan: how far available is below zero', example: '0.00' })
  overCommitted: string;
}

/** What waits for the user. */
export class WorklistDto extends PageDto {
  @ApiProperty({ type: [WorkItemDto], description: 'Every kind once, those with nothing as well; all on one page' })
  items: WorkItemDto[];

  @ApiProperty({
    type: [MyLineDto],
    description:
      'Of an officer the lines that its agency leads, or took over, as far as they can be reserved on, in each open year, newest first; empty for who has no agency: the position of a year shows all lines',
  })
  lines: MyLineDto[];
}
