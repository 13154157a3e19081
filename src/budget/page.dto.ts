import { ApiProperty } from '@nestjs/swagger';
import { FundDto } from './fund.dto.js';
import { PositionDto } from './position.dto.js';
import { LineDto } from './programme-line.dto.js';

/** What every page of a list has beside its items. */
class PageDto {
  @ApiProperty({ type: String, nullable: true, description: 'Give it as `cursor` for the next page; null on the last' })
  nextCursor: string | null;
}

/** A page of funds. */
export class FundPageDto extends PageDto {
  @ApiProperty({ type: [FundDto] })
  items: FundDto[];
}

/** A page of programme lines. */
export class LinePageDto extends PageDto {
  @ApiProperty({ type: [LineDto] })
  items: LineDto[];
}

/** A page of the positions of years. */
export class PositionPageDto extends PageDto {
  @ApiProperty({ type: [PositionDto] })
  items: PositionDto[];
}
