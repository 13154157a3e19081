import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { problemOf } from '../platform/http/index.js';
import { ApprovalDto } from '../approvals/index.js';
import { AwardDto } from './award.dto.js';
import { RESERVE_REFUSALS } from './reserve-refusals.js';

/** What one item of a batch came to. */
export class AwardBatchItemDto {
  @ApiProperty({ example: 0, description: 'Place of the item in the request, from 0' })
  index: number;

  @ApiProperty({ example: 201, description: "The item's HTTP status" })
  status: number;

  @ApiPropertyOptional({ type: AwardDto, description: 'The award that was reserved; only where it was accepted' })
  award?: AwardDto;

  @ApiPropertyOptional({
    type: ApprovalDto,
    description: 'The approval that it waits for; only where a second person is needed (202)',
  })
  approval?: ApprovalDto;

  @ApiPropertyOptional({
    ...problemOf(...RESERVE_REFUSALS, 'batch-rolled-back'),
    description: 'The refusal; only where it was refused',
  })
  problem?: unknown;
}

/** What a batch came to. */
export class AwardBatchResultDto {
  @ApiProperty({ type: [AwardBatchItemDto], description: 'One for each item, in the order of the request' })
  results: AwardBatchItemDto[];

  @ApiProperty({ example: 1, description: 'How many items were reserved, or wait for a second person' })
  accepted: number;

  @ApiProperty({ example: 0, description: 'How many items were refused' })
  rejected: number;
}
