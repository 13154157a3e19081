import { ApiProperty } from '@nestjs/swagger';
import { IsString, IsUUID, MaxLength } from 'class-validator';
import type { EntryRecord } from '../../ledger/index.js';
import { Example, IsVisible } from '../../platform/http/index.js';

/** Two enterprises are one. */
@Example({ into: '01985f3c-2f6b-7c55-9d1a-0d4f5a6b7c8e', reason: '三證合一換碼前後為同一企業' })
export class MergeDto {
  @ApiProperty({ format: 'uuid', description: 'The enterprise that it is, and stays' })
  @IsUUID()
  into: string;

  @ApiProperty({ example: '三證合一換碼前後為同一企業', description: 'Why' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** An enterprise that was merged is another one after all. */
@Example({ reason: '核實為兩家企業' })
export class UnmergeDto {
  @ApiProperty({ example: '核實為兩家企業', description: 'Why' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** An award whose hold a merger moved. */
export class MovedHoldDto {
  @ApiProperty({ example: '2016-ipo-000001', description: 'Number of the award' })
  award: string;

  @ApiProperty({ description: 'Whether it is on hold now' })
  onHold: boolean;
}

/** What a merger, or its end, came to. */
export class MergerDto {
  @ApiProperty({ format: 'uuid', description: 'The enterprise that was merged or parted' })
  id: string;

  @ApiProperty({ example: '示例電子商務有限公司', description: 'What the enterprise that was merged or parted is called' })
  name: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Whom it is merged into now; null: none' })
  mergedInto: string | null;

  @ApiProperty({ example: '三證合一換碼前後為同一企業', description: 'Why, as finance said; it stands in the journal' })
  reason: string;

  @ApiProperty({ type: [MovedHoldDto], description: 'Awards that are on hold now or are free again, at most 200' })
  holds: MovedHoldDto[];

  @ApiProperty({ format: 'uuid', description: 'The journal entry' })
  entry: string;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was recorded' })
  recordedAt: string;
}

/** What the entry of a merger, or of its end, says. */
interface MergerDetails {
  readonly enterprise: { readonly id: string; readonly name: string };
  readonly into?: { readonly id: string };
  readonly holds: MovedHoldDto[];
}

/** The merger as it is answered. */
export function mergerView({ id, reason, recordedAt, details }: EntryRecord): MergerDto {
  // Written by the event itself (ledger/events/common/families.ts).
  const { enterprise, into, holds } = details as Readonly<Record<string, unknown>> & MergerDetails;
  return {
    id: enterprise.id,
    name: enterprise.name,
    mergedInto: into?.id ?? null,
    reason: reason ?? '',
    holds,
    entry: id,
    recordedAt: recordedAt.toISOString(),
  };
}
