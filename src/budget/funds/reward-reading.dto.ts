import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import { DEFAULT_READING, type RewardReading } from '../../ledger/index.js';
import { Example, IsVisible, PageDto, WhenGiven } from '../../platform/http/index.js';
import { FORMS, PAYEES, type Form, type Payee } from '../lines/forms.js';
import type { RewardReadingVersion } from './reward-reading.entity.js';

const READINGS = ['any-two', 'all-three'] as const;

/** Another reading of "the highest of three". */
@Example({ reading: 'all-three', forms: ['reward'], payees: ['enterprise'], reason: '市財政局釋義函' })
export class NewRewardReadingDto {
  @ApiProperty({ enum: READINGS, description: 'From how many of the three rewards on only the highest is paid' })
  @IsIn(READINGS)
  reading: RewardReading['reading'];

  @ApiPropertyOptional({
    enum: FORMS,
    isArray: true,
    default: DEFAULT_READING.forms,
    description: 'Forms of the lines that it is of',
  })
  @WhenGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(FORMS, { each: true })
  forms?: Form[];

  @ApiPropertyOptional({
    enum: PAYEES,
    isArray: true,
    default: DEFAULT_READING.payees,
    description: 'Payees of the lines that it is of',
  })
  @WhenGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(PAYEES, { each: true })
  payees?: Payee[];

  @ApiProperty({ example: '市財政局釋義函', description: 'Why it is read so; findings tell it' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** How a fund reads "the highest of three". */
export class RewardReadingDto {
  @ApiProperty({ example: 1, description: '0: the default, which nobody has set' })
  number: number;

  @ApiProperty({ enum: READINGS, description: 'From how many of the three rewards on only the highest is paid' })
  reading: RewardReading['reading'];

  @ApiProperty({ enum: FORMS, isArray: true, description: 'Lines of these forms are compared' })
  forms: readonly string[];

  @ApiProperty({ enum: PAYEES, isArray: true, description: 'Lines that pay these are compared' })
  payees: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'Why finance reads it so, as findings tell it; null: the default' })
  reason: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Username', example: 'finance' })
  changedBy: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Instant from which it is decided so; null: the default',
  })
  recordedAt: string | null;
}

/** A page of readings. */
export class RewardReadingPageDto extends PageDto {
  @ApiProperty({ type: [RewardReadingDto], description: 'Readings, the one in force first' })
  items: RewardReadingDto[];
}

/** The default, as it is answered. */
export const DEFAULT_READING_DTO: RewardReadingDto = { number: 0, ...DEFAULT_READING, changedBy: null, recordedAt: null };

/** The reading as it is answered. */
export function toReadingDto(row: RewardReadingVersion, usernameOf: (id: string) => string): RewardReadingDto {
  const { number, reading, forms, payees, reason, changedBy, recordedAt } = row;
  return { number, reading, forms, payees, reason, changedBy: usernameOf(changedBy), recordedAt: recordedAt.toISOString() };
}
