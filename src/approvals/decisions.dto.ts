import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Example, IsVisible, problemOf } from '../platform/http/index.js';
import { ApprovalDto } from './approval.dto.js';

/** Approvals that are decided in one request at most. */
export const MOST_DECISIONS = 200;

/** Why one of them may not be decided: what the routes that decide one refuse, by any of their statuses. */
const DECISION_REFUSALS = [
  'not-found',
  'forbidden',
  'already-decided',
  'self-approval',
  'approval-withdrawn',
  'approval-stale',
  'version-conflict',
] as const;

/** One approval that is decided. */
export class DecisionItemDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the approval' })
  @IsUUID()
  id: string;

  @ApiPropertyOptional({ description: '`preview.hash` of what was seen; needed to approve', pattern: '^[0-9a-f]{64}$' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  previewHash?: string;
}

/** Many approvals that are decided alike. */
@Example({ decision: 'reject', items: [{ id: '0192f0a0-0000-7000-8000-000000000000' }], reason: '資料不全' })
export class DecisionsDto {
  @ApiProperty({ enum: ['approve', 'reject'], description: 'What becomes of each' })
  @IsIn(['approve', 'reject'])
  decision: 'approve' | 'reject';

  @ApiProperty({ type: [DecisionItemDto], minItems: 1, maxItems: MOST_DECISIONS, description: 'Each is decided for itself' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_DECISIONS)
  @ValidateNested({ each: true })
  @Type(() => DecisionItemDto)
  items: DecisionItemDto[];

  @ApiPropertyOptional({ description: 'Said with each; needed to reject', example: '資料不全' })
  @IsOptional()
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason?: string;
}

/** What became of one of them. */
export class DecidedItemDto {
  @ApiProperty({ description: 'Place in the request', example: 0 })
  index: number;

  @ApiProperty({ description: 'HTTP status of the item: 200, or that of its refusal', example: 200 })
  status: number;

  @ApiPropertyOptional({ type: ApprovalDto, description: 'The approval as it stands; where it was decided' })
  approval?: ApprovalDto;

  @ApiPropertyOptional({ ...problemOf(...DECISION_REFUSALS), description: 'Why it was not' })
  problem?: Record<string, unknown>;
}

/** What became of each. */
export class DecisionsResultDto {
  @ApiProperty({ type: [DecidedItemDto], description: 'In the order of the request' })
  results: DecidedItemDto[];

  @ApiProperty({ description: 'How many were decided', example: 1 })
  accepted: number;

  @ApiProperty({ description: 'How many were refused', example: 0 })
  rejected: number;
}
