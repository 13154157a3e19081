import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

const LIMIT = { min: 1, max: 200, usual: 50 } as const;
const CURSOR_LENGTH_LIMIT = 500;

/** Base of every list's query: extend it by the list's filters. */
export class ListQuery {
  @ApiPropertyOptional({
    description: 'How many items the page holds at most.',
    minimum: LIMIT.min,
    maximum: LIMIT.max,
    default: LIMIT.usual,
  })
  @IsOptional()
  @IsInt()
  @Min(LIMIT.min)
  @Max(LIMIT.max)
  limit: number = LIMIT.usual;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before; only together with the same filters.' })
  @IsOptional()
  @IsString()
  @Length(1, CURSOR_LENGTH_LIMIT)
  cursor?: string;
}
