import { ApiProperty } from '@nestjs/swagger';
import { PageDto } from '../platform/http/index.js';
import { AwardAmountsDto } from './award.dto.js';
import { EntryDetailsDto } from './entry-details.dto.js';

/** One step in an award's life. */
export class AwardStepDto {
  @ApiProperty({ format: 'uuid', description: 'The journal entry; of a recovery demand: its demandId' })
  id: string;

  @ApiProperty({ example: 'commit', description: 'What happened, by the name of its kind of journal entry' })
  kind: string;

  @ApiProperty({ example: '1000000.00', description: 'What was moved, yuan' })
  amount: string;

  @ApiProperty({ example: '2016-04-01', description: 'Business date' })
  effectiveOn: string;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was recorded, by the database’s clock' })
  recordedAt: string;

  @ApiProperty({ example: 'officer', description: 'Username of who did it; `system`: the product itself' })
  by: string;

  @ApiProperty({
    type: [String],
    example: ['finance2'],
    description: 'Usernames of those who agreed to it, in order; empty: nobody was asked',
  })
  checkedBy: string[];

  @ApiProperty({ type: String, nullable: true, description: 'Document that it cites; null: none' })
  documentNo: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as it was stated; null: nothing was' })
  reason: string | null;

  @ApiProperty({
    type: EntryDetailsDto,
    nullable: true,
    description: 'What else it says: paymentRef, payee, voucherNo, paidOn, demandId, receiptRef, from …',
  })
  details: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: AwardAmountsDto, description: 'After the step' })
  amounts: AwardAmountsDto;

  @ApiProperty({ description: 'Whether anything holds the award after the step' })
  onHold: boolean;
}

/** An award's life, newest step first. */
export class AwardHistoryDto extends PageDto {
  @ApiProperty({ type: [AwardStepDto], description: 'Steps, the newest first' })
  items: AwardStepDto[];
}
